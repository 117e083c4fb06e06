"""``lottery``: what is exported can be repeated from the file alone, and any change to it is named."""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from berdaya.cli import lottery
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.programmes.models import SelectionEntry
from berdaya.programmes.rules.replay import Difference, parse, replay
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]
CODE = "situbondo-uji-2024"


def words(*given: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    lottery.add_arguments(parser)
    return parser.parse_args([str(word) for word in given])


@pytest.fixture
def exported(make_actor: MakeActor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a selection of nine equals for four places."""

    @contextmanager
    def opened(*, demo: bool) -> Iterator[None]:
        yield

    monkeypatch.setattr(lottery, "existing", opened)
    selected(make_actor("operator"), 9)
    path = tmp_path / "undian.json"
    assert lottery.run(words("export", "--programme", CODE, "--out", path)) == 0
    return path


def test_the_file_alone_repeats_the_selection_without_a_database(exported: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", "berdaya.cli", "lottery", "verify", str(exported), "--json", str(out)],
        capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(lottery.__file__).parents[2]), "BERDAYA_DATA": "/nowhere", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cocok / agree" in done.stdout
    report = json.loads(out.read_text())
    assert report["ok"]
    assert (report["entries"], report["selected"], report["lottery"]) == (9, 4, True)
    assert all(report["checks"].values())


def test_the_file_holds_what_was_decided_and_names_nobody(exported: Path) -> None:
    text = exported.read_text()
    content = json.loads(text)
    chosen = SelectionEntry.objects.filter(selected=True).values_list("candidate__ref", flat=True)
    assert {line["ref"] for line in content["entries"] if line["selected"]} == set(chosen)
    assert content["seeds"] == list(world.SEEDS)
    assert not any(name in text for name in Person.objects.values_list("name", flat=True))
    assert set(content["entries"][0]) == {
        "number", "ref", "area", "household", "score", "draw", "rank", "selected", "stratum", "probability", "full",
    }  # fmt: skip


def swap_places(content: dict[str, Any]) -> None:
    winner = next(line for line in content["entries"] if line["selected"])
    loser = next(line for line in content["entries"] if not line["selected"])
    winner["selected"], loser["selected"] = False, True


def raise_score(content: dict[str, Any]) -> None:
    content["entries"][4]["score"] += 10_000


def other_seed(content: dict[str, Any]) -> None:
    content["seeds"][1] += "!"


def wider_quota(content: dict[str, Any]) -> None:
    content["ceilings"]["0"]["places"] = 5


def other_draw(content: dict[str, Any]) -> None:
    content["entries"][2]["draw"] = "0" * 64


def drop_line(content: dict[str, Any]) -> None:
    del content["entries"][3]


@pytest.mark.parametrize(
    ("change", "checks", "number"),
    [
        (swap_places, {"selection"}, None),
        (raise_score, {"list", "rank", "selection"}, None),
        (other_seed, {"commitment", "draw", "rank"}, None),
        (wider_quota, {"ceiling"}, 0),
        (other_draw, {"draw"}, 3),
        (drop_line, {"list"}, None),
    ],
)
def test_what_differs_is_named(
    exported: Path, change: Callable[[dict[str, Any]], None], checks: set[str], number: int | None,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    content = json.loads(exported.read_text())
    change(content)
    exported.write_text(json.dumps(content))
    assert lottery.run(words("verify", exported)) == 1
    found = replay(parse(content))
    assert checks <= {item.check for item in found}
    if number is not None:
        assert {(item.check, item.number) for item in found} == {(next(iter(checks)), number)}
    assert "berbeda / differ" in capsys.readouterr().out


def test_a_list_forged_with_its_hash_still_fails_on_the_draws(exported: Path) -> None:
    from berdaya.programmes.rules.lottery import Entry, list_hash

    content = json.loads(exported.read_text())
    forged = copy.deepcopy(content)
    raise_score(forged)
    lines = forged["entries"]
    forged["list_sha256"] = list_hash(
        Entry(*(line[k] for k in ("number", "ref", "area", "household", "score"))) for line in lines
    )
    found = replay(parse(forged))
    assert Difference("rank", 5, "rank", lines[4]["rank"], 1) in found or lines[4]["rank"] == 1
    assert not any(item.check == "list" for item in found)
    assert found


@pytest.mark.parametrize("change", [{"frozen_on": "2999-01-01"}, {"decided_on": "kemarin"}, {"frozen_on": ""}])
def test_a_list_frozen_after_its_decision_or_on_no_day_is_no_such_file(exported: Path, change: dict[str, str]) -> None:
    content = json.loads(exported.read_text())
    assert parse(content)
    with pytest.raises(Problem) as caught:
        parse(content | change)
    assert caught.value.code == "lottery_file_broken"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "berdaya.lottery.2"}', "\x00"])
def test_another_file_is_a_problem_of_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(Problem) as caught:
        lottery.run(words("verify", path))
    assert caught.value.code == "lottery_file_broken"


def test_nothing_is_exported_before_the_decision_or_outside_the_scope(make_actor: MakeActor) -> None:
    from berdaya.programmes.selectors import selection_export

    operator = make_actor("operator")
    world.opened(operator, world.config(), world.proposal(world.families(operator, 3)))
    for actor, code in (
        (operator, "selection_open"),
        (make_actor("operator", area=3511000000, office="dinsos-bondowoso"), "not_found"),
    ):
        with scoped(actor), pytest.raises(Problem) as caught:
            selection_export(actor=actor, code=CODE)
        assert caught.value.code == code
