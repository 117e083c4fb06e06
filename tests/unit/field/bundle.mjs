// node bundle.mjs OUT: the modules that the tests reach, as one file.
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("entry.ts", import.meta.url));
buildSync({ entryPoints: [entry], outfile: process.argv[2], bundle: true, format: "esm" });
