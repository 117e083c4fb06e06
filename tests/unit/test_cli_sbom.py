"""The list of libraries names all of both locks, and advisories find the versions that they mean and no others."""

from __future__ import annotations

import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from berdaya.cli import sbom
from berdaya.cli.main import main
from berdaya.cli.sbom import Part, findings

ROOT = Path(__file__).resolve().parents[2]


def test_every_locked_library_is_listed_with_its_hash(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    assert main(["check", "--sbom", str(target)]) == 0
    first = target.read_bytes()
    assert main(["check", "--sbom", str(target)]) == 0
    assert target.read_bytes() == first, "the same locks, the same bytes"
    listed = json.loads(first)
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    components = {one["bom-ref"]: one for one in listed["components"]}
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    python = [one for one in lock["package"] if "registry" in one["source"]]
    npm = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {f"pkg:pypi/{one['name']}@{one['version']}" for one in python} <= set(components)
    assert len(components) > len(python) + 10
    names = {(one["name"], one["version"]) for one in components.values()}
    assert {(key.rpartition("node_modules/")[2], one["version"]) for key, one in npm.items() if key} <= names
    for one in components.values():
        assert one["purl"] == one["bom-ref"]
        hashes = [part for file in one["externalReferences"] for part in file["hashes"]]
        assert hashes
        lengths = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
        assert all(len(bytes.fromhex(part["content"])) * 2 == lengths[part["alg"]] for part in hashes)
    licensed = [one for one in components.values() if "licenses" in one]
    assert len(licensed) > len(components) / 2
    for tie in listed["dependencies"][1:]:
        assert {tie["ref"], *tie["dependsOn"]} <= set(components)
    own = set(listed["dependencies"][0]["dependsOn"])
    django = next(ref for ref in components if ref.startswith("pkg:pypi/django@"))
    pytest_ = next(ref for ref in components if ref.startswith("pkg:pypi/pytest@"))
    assert django in own
    assert pytest_ not in own
    assert components[pytest_]["scope"] == "excluded"


def advisory(*events: dict[str, str], name: str = "Django", ecosystem: str = "PyPI", **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {"id": "X-1", "affected": [{"package": {"name": name, "ecosystem": ecosystem}, "ranges": ranges}], **more}


@pytest.mark.parametrize(
    ("version", "events", "hit"),
    [
        ("5.2.8", ({"introduced": "0"}, {"fixed": "5.2.9"}), True),
        ("5.2.9", ({"introduced": "0"}, {"fixed": "5.2.9"}), False),
        ("5.2.10", ({"introduced": "0"}, {"fixed": "5.2.9"}), False),
        ("5.2.8", ({"introduced": "0"}, {"last_affected": "5.2.8"}), True),
        ("5.2.9", ({"introduced": "0"}, {"last_affected": "5.2.8"}), False),
        ("5.2.1", ({"introduced": "4.2"}, {"fixed": "4.2.20"}, {"introduced": "5.2"}, {"fixed": "5.2.2"}), True),
        ("5.1.1", ({"introduced": "4.2"}, {"fixed": "4.2.20"}, {"introduced": "5.2"}, {"fixed": "5.2.2"}), False),
        ("5.2rc1", ({"introduced": "5.2"},), False),
        ("1.0.0-beta.2", ({"introduced": "1.0.0"},), False),
    ],
)
def test_ranges_hit_what_they_mean(version: str, events: tuple[dict[str, str], ...], hit: bool) -> None:
    part = Part("PyPI", "django", version, (), "", runtime=True)
    read, found = findings([part], iter([advisory(*events)]))
    assert (read, bool(found)) == (1, hit)


def test_other_worlds_other_names_and_withdrawn_ones_do_not_hit(tmp_path: Path) -> None:
    part = Part("PyPI", "typing-extensions", "4.0", (), "", runtime=True)
    opened = {"introduced": "0"}
    for other in (
        advisory(opened, name="typing", ecosystem="PyPI"),
        advisory(opened, name="typing-extensions", ecosystem="npm"),
    ):
        assert findings([part], iter([other])) == (1, [])
    assert findings([part], iter([advisory(opened, name="Typing_Extensions")]))[1]
    source = tmp_path / "a.json"
    source.write_text(json.dumps(advisory(opened, name="typing-extensions", withdrawn="2026-01-01")))
    assert list(sbom.advisories_in(source)) == []


def test_the_command_reads_file_folder_and_zip_and_fails_on_a_hit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    django = next(part for part in sbom.parts_of() if part.name == "django")
    hit = advisory({"introduced": "0"}, summary="a fault")
    miss = advisory({"introduced": "0"}, {"fixed": "1.0"})
    (tmp_path / "one.json").write_text(json.dumps(hit))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "miss.json").write_text(json.dumps([miss]))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("GHSA-1.json", json.dumps(hit))
    assert main(["check", "--advisories", str(tmp_path / "one.json")]) == 1
    assert f"{django.ref} X-1 a fault" in capsys.readouterr().out
    assert main(["check", "--advisories", str(folder)]) == 0
    assert main(["check", "--advisories", str(tmp_path / "all.zip")]) == 1
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert main(["check", "--advisories", str(broken)]) == 2
    assert main(["check", "--advisories", str(tmp_path / "nowhere.json")]) == 2
