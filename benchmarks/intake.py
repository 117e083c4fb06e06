"""A list of families into households and persons, beside django-import-export and beside COPY of the
finished rows.

Ours: validated rows through `people.services.register_many` under the application's role and its row-level
policies: numbers looked up in the whole country, sealed and indexed, spelling keys made, identity claimed,
history and audit on. Peer: django-import-export with one resource for households and one for persons on the
same rows, under the same role and policies, sealing with the same functions; as it comes (a look-up and a
save per row) and in its bulk mode without look-ups. The latter takes all rows, the former `--peer-rows` of
them. Limit: COPY of the finished rows straight into the same indexed tables as their owner. Every run
begins with empty tables. Parsing is reported apart.
"""

from __future__ import annotations

import argparse

from benchmarks.harness import Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes of the lists."""
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peer-rows", type=int, default=5_000, help="rows for the peer as it comes")


def run(options: argparse.Namespace) -> list[Row]:
    """The table of `benchmarks._intake_run`, which needs Django set up before it is imported."""
    from benchmarks import _intake_run  # noqa: PLC0415

    return _intake_run.run(options)
