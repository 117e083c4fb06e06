"""``link``: who is who in a list, or between two lists, by the same model that guards the register.

Exit status: 0 where the list could be linked, 2 for a file, column or map that cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from berdaya.cli.existing import write_bytes, write_json
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from berdaya.people.linkage.run import Result

HELP = "find the same people in one list or between two"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from berdaya.people.linkage.fields import FIELDS

    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    known = "\n".join(f"  {name:<14} {field.text}" for name, field in FIELDS.items())
    parser.epilog = (
        f"Fields that a map may name:\n{known}\n"
        "Any other field name is compared as text. Without --columns the usual headings are recognised.\n"
        "Two files (or --source) are linked with each other: only pairs across them count."
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV (any delimiter, also .gz); one or more"
    )
    parser.add_argument(
        "--columns", metavar="MAP", default="", help="field=column,field=column or a TOML or JSON file of such pairs"
    )
    parser.add_argument("--truth", metavar="COLUMN", default="", help="column that says who is who, only to measure")
    parser.add_argument("--source", metavar="COLUMN", default="", help="column that says which list a row is from")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write figures, thresholds and weights there")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write row, person and the doubtful pairs' rows there")


def run(options: argparse.Namespace) -> int:
    """Link, print, write what was asked for."""
    try:
        from berdaya.people.linkage.run import link_files, report
    except ModuleNotFoundError as error:
        if error.name not in {"splink", "duckdb"}:
            raise
        import berdaya.people.linkage.problems  # noqa: F401  (registers the texts)

        raise Problem("link.group_missing") from error
    result = link_files(options.files, columns=options.columns, truth=options.truth, source=options.source)
    made = report(result)
    if options.json:
        write_json(options.json, made)
    if options.out:
        write_bytes(options.out, people_csv(result))
    sys.stdout.write(summary(made) + "\n")
    return 0


def people_csv(result: Result) -> bytes:
    """One line per row of the lists: its number, its person, and with whom a person should compare it."""
    import polars as pl

    doubts = pl.concat(
        [
            result.queue.select(row=pl.col("left"), other=pl.col("right"), chance="chance"),
            result.queue.select(row=pl.col("right"), other=pl.col("left"), chance="chance"),
        ]
    )
    asked = (
        doubts.sort("row", "chance", "other", descending=[False, True, False])
        .group_by("row")
        .agg((pl.col("other") + 1).cast(pl.String).str.join(" ").alias("compare_with"))
    )
    rows = pl.DataFrame({"row": range(result.people.len()), "person": result.people + 1})
    whole = rows.join(asked, on="row", how="left").with_columns(pl.col("row") + 1).sort("row")
    return whole.write_csv().encode()


def summary(made: dict[str, Any]) -> str:
    """The figures, and which columns they come from."""
    lines = [
        f"{made['rows']} baris / rows, {made['pairs']} pasangan / pairs, {made['clusters']} orang / people, "
        f"{made['queue']} untuk diputuskan / for a person to decide, {made['seconds']:.2f} s"
    ]
    used = ", ".join(f"{field}={column}" for field, column in made["columns"].items())
    lines.append(f"kolom / columns: {used}")
    if made["ignored"]:
        lines.append(f"tidak dipakai / not used: {', '.join(made['ignored'])}")
    if made["f1"] is not None:
        lines.append(f"precision {made['precision']:.4f}, recall {made['recall']:.4f}, F1 {made['f1']:.4f}")
    return "\n".join(lines)
