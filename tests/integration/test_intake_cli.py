"""``import run``, ``resume``, ``jobs`` and ``undo`` from the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from berdaya.cli import import_, import_jobs
from berdaya.intake.models import ImportJob
from berdaya.kernel.scope import scoped
from berdaya.people.models import Person
from berdaya.programmes import services as programmes
from tests.integration.programmes_world import config
from tests.integration.test_intake_import import HEADINGS, areas, candidate
from tests.integration.test_intake_races import operator
from tests.unit.intake_files import sheet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("areas")]
__all__ = ["areas"]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path, make_actor: Callable[..., object]
) -> Callable[..., int]:
    settings.BERDAYA_FILES = tmp_path / "files"  # type: ignore[attr-defined]

    @contextmanager
    def opened(*, demo: bool) -> Iterator[None]:
        yield

    monkeypatch.setattr(import_jobs, "_opened", opened)
    actor = operator(make_actor)  # type: ignore[arg-type]
    with scoped(actor):
        programmes.create_programme(actor=actor, config=config())
    from berdaya.access.models import Account

    name = Account.objects.get(pk=actor.account_id).username

    def call(*words: object) -> int:
        parser = argparse.ArgumentParser()
        import_.add_arguments(parser)
        return import_.run(parser.parse_args([*map(str, words), "--user", name]))

    return call


def test_an_import_from_preview_to_undo(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "calon.xlsx", tmp_path / "out.json"
    path.write_bytes(sheet([HEADINGS, *[candidate(n) for n in range(9)]]))
    words = ["run", path, "--type", "candidates", "--programme", "situbondo-uji-2024", "--json", out]
    assert run(*words) == 0
    report = json.loads(out.read_text())
    assert (report["state"], report["preview"], Person.objects.count()) == ("ready", {"new": 9}, 0)
    assert run("resume", report["job"], "--yes", "--batch", "4", "--json", out) == 0
    report = json.loads(out.read_text())
    assert (report["state"], report["rows_done"], report["batches"]) == ("done", 9, 3)
    assert "9 / 9" in capsys.readouterr().err
    assert run(*words) == 0
    assert "sudah pernah dibaca" in capsys.readouterr().out
    assert run("jobs") == 0
    assert "done" in capsys.readouterr().out
    assert run("undo", report["job"], "--reason", "daftar yang salah diunggah") == 0
    assert Person.objects.count() == 0
    assert ImportJob.objects.get().state == "undone"
