"""The role x table matrix, generated from the declarations: ``docs/access-matrix.md``, diffed in ``check``."""

from __future__ import annotations

import sys
from pathlib import Path

import django

from berdaya.access.permissions import PERMISSIONS, ROLE_NAMES, SUBJECT_ROLES
from berdaya.access.policies import THIRD_PARTY, Table, statements, tables
from berdaya.kernel.generated import write_or_check
from berdaya.kernel.policies import Ladder, Open, Own, OwnerOnly, Process, Shared, Through

PATH = Path("docs/access-matrix.md")
_LETTERS = {"SELECT": "R", "INSERT": "I", "UPDATE": "U", "DELETE": "D"}
_ROLES = {"staff": "berdaya_app", "subject": "berdaya_subject", "public": "berdaya_public"}


def privileges(table: Table) -> dict[str, str]:
    """Letters R, I, U, D per database role, read out of the statements that grant them."""
    found = dict.fromkeys(_ROLES, "")
    for statement in statements(table):
        words = statement.split()
        if words[0] == "GRANT":
            for kind, role in _ROLES.items():
                if words[-1] == role:
                    found[kind] += _LETTERS[words[1]]
    return found


def describe(table: Table) -> str:
    """One phrase for the declaration: which rows are visible to staff and to subjects."""
    if table.tracked:
        return f"history of {table.tracked}: as visible as the row"
    policy = table.policy
    names = {Shared: "by area", Process: "by area and office", Ladder: "ladder", Own: "own account"}
    if isinstance(policy, OwnerOnly):
        return f"owner only: {policy.reason}"
    if isinstance(policy, Open):
        return f"open: {policy.reason}"
    text = f"through {policy.parent}" if isinstance(policy, Through) else names.get(type(policy), "")
    if policy is not None and policy.subject:
        text += "; subject: " + ", ".join(f"{column} in own {name}" for name, column in sorted(policy.subject.items()))
    if policy is not None and policy.root:
        text += "; area follows " + ", ".join(policy.root)
    return text


def render() -> str:
    """The whole document as Markdown."""
    lines = [
        "# Who may touch which table",
        "",
        "Generated from the declarations beside the models; `./berdaya check` fails where this page is out of date.",
        "R read, I insert, U update, D delete; always within the limits that the column *rows* names.",
        "*Staff* is every role",
        "of an office or above it, *subject* is " + ", ".join(sorted(SUBJECT_ROLES)) + ".",
        "",
        "| Table | Staff | Subject | Public | Rows |",
        "|---|---|---|---|---|",
    ]
    for table in tables():
        letters = privileges(table)
        cells = [letters[kind] or "-" for kind in _ROLES]
        lines.append(f"| {table.name} | {' | '.join(cells)} | {describe(table)} |")
    for name, (grants, reason) in sorted(THIRD_PARTY.items()):
        cell = "".join(_LETTERS[grant] for grant in grants) or "-"
        lines.append(f"| {name} | {cell} | - | - | no policy: {reason} |")
    lines += ["", "## What each role may do", "", "| Role | Peran | Permissions |", "|---|---|---|"]
    for kind, granted in PERMISSIONS.items():
        lines.append(f"| {kind} | {ROLE_NAMES[kind][0]} | {', '.join(sorted(granted)) or '-'} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is up to date."""
    django.setup()
    return write_or_check({PATH: render()}, arguments, module="berdaya.access.matrix")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
