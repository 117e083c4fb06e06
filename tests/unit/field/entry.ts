// What the tests of the field app reach; bundled by tests/unit/test_field_typescript.py.
export * as api from "../../../frontend/ts/field/api";
export * as contest from "../../../frontend/ts/field/screens/contest";
export * as nik from "../../../frontend/ts/field/nik";
export * as rules from "../../../frontend/ts/field/rules";
export * as screen from "../../../frontend/ts/field/screen";
export * as seal from "../../../frontend/ts/field/seal";
export * as sync from "../../../frontend/ts/field/sync";
export * as tongue from "../../../frontend/ts/field/tongue";
export * as words from "../../../frontend/ts/field/words";
