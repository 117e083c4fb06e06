"""Daftar komponen: every library of both lock files as CycloneDX 1.6, and which of them a list of advisories names.

Nothing is asked of any server: versions and hashes come from ``uv.lock`` and ``package-lock.json``, licences from what
is installed, advisories from a file in OSV's format (https://ossf.github.io/osv-schema/) that somebody brought along.
"""

from __future__ import annotations

import base64
import json
import re
import tomllib
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[3]
PYTHON, NPM = "PyPI", "npm"
ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
EXPRESSION = re.compile(r"[A-Za-z0-9.+()\- ]+")


@dataclass(frozen=True)
class Part:
    """One locked library. ``files`` are (address, algorithm, hexadecimal hash); ``needs`` are refs of other parts."""

    ecosystem: str
    name: str
    version: str
    files: tuple[tuple[str, str, str], ...]
    licence: str
    runtime: bool
    needs: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The package's own address (purl): ``pkg:pypi/django@5.2.8``."""
        return f"pkg:{self.ecosystem.lower()}/{quote(self.name, safe='/')}@{self.version}"


@dataclass(frozen=True)
class Finding:
    """An advisory that names a locked version; ``fixed`` is the first version without the fault, or empty."""

    part: Part
    advisory: str
    summary: str
    fixed: str


def parts_of(root: Path = ROOT) -> list[Part]:
    """Every library of both lock files, each version once, by address."""
    found = {part.ref: part for part in (*_python(root / "uv.lock"), *_npm(root / "package-lock.json"))}
    return [found[ref] for ref in sorted(found)]


def _python(path: Path) -> Iterator[Part]:
    packages = tomllib.loads(path.read_text(encoding="utf-8"))["package"]
    known = {one["name"]: one for one in packages}
    runtime, waiting = set(), ["berdaya"]
    while waiting:
        name = waiting.pop()
        if name not in runtime:
            runtime.add(name)
            waiting += [need["name"] for need in known[name].get("dependencies", [])]
    for one in packages:
        if "registry" not in one.get("source", {}):
            continue
        files = [*one.get("wheels", []), *([one["sdist"]] if "sdist" in one else [])]
        hashes = tuple(sorted((file["url"], *file["hash"].split(":", 1)) for file in files))
        needs = tuple(
            f"pkg:pypi/{need['name']}@{known[need['name']]['version']}" for need in one.get("dependencies", [])
        )
        yield Part(PYTHON, one["name"], one["version"], hashes, _licence(one["name"]), one["name"] in runtime, needs)


def _licence(name: str) -> str:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    for field in ("License-Expression", "License"):
        said = (about.get_all(field) or [""])[0]
        if said and len(said) <= 60:
            return str(said)
    marks = [mark.rpartition(":: ")[2] for mark in about.get_all("Classifier") or [] if mark.startswith("License ::")]
    return " OR ".join(marks)


def _npm(path: Path) -> Iterator[Part]:
    for place, one in json.loads(path.read_text(encoding="utf-8"))["packages"].items():
        if not place or one.get("link"):
            continue
        name = one.get("name") or place.rpartition("node_modules/")[2]
        algorithm, _, packed = one["integrity"].partition("-")
        files = ((one.get("resolved", ""), algorithm, base64.b64decode(packed).hex()),)
        yield Part(NPM, name, one["version"], files, one.get("license", ""), not one.get("dev", False))


def bom(parts: list[Part], version: str) -> dict[str, Any]:
    """The list as CycloneDX 1.6; the same lock files give the same bytes."""
    whole = "\n".join(f"{part.ref} {part.files}" for part in parts)
    own = f"pkg:generic/berdaya@{version}"
    refs = {part.ref for part in parts}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, whole)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "berdaya",
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(part) for part in parts],
        "dependencies": [
            {"ref": own, "dependsOn": [part.ref for part in parts if part.runtime]},
            *({"ref": part.ref, "dependsOn": sorted(refs & set(part.needs))} for part in parts),
        ],
    }


def _component(part: Part) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": part.ref,
        "name": part.name,
        "version": part.version,
        "purl": part.ref,
        "scope": "required" if part.runtime else "excluded",
        "externalReferences": [
            {"type": "distribution", "url": url, "hashes": [{"alg": ALGORITHMS[name], "content": digest}]}
            for url, name, digest in part.files
        ],
    }
    if len(part.files) == 1:
        component["hashes"] = component["externalReferences"][0]["hashes"]
    if part.licence:
        word = bool(EXPRESSION.fullmatch(part.licence)) and part.ecosystem == NPM
        component["licenses"] = [
            {"expression": part.licence} if word else {"license": {"name": part.licence}}
        ]  # fmt: skip
    return component


def write_sbom(target: Path, root: Path = ROOT) -> int:
    """Write the list; answers how many libraries it names."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = parts_of(root)
    target.write_text(json.dumps(bom(parts, project["version"]), indent=1) + "\n", encoding="utf-8")
    return len(parts)


def advisories_in(source: Path) -> Iterator[dict[str, Any]]:
    """Advisories of an OSV export: one ``.json`` (an advisory or a list of them), a folder or a ``.zip`` of such."""
    if source.is_dir():
        for path in sorted(source.rglob("*.json")):
            yield from _advisories(path.read_bytes())
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as packed:
            for name in sorted(packed.namelist()):
                if name.endswith(".json"):
                    yield from _advisories(packed.read(name))
    else:
        yield from _advisories(source.read_bytes())


def _advisories(content: bytes) -> Iterator[dict[str, Any]]:
    read = json.loads(content)
    rows = read if isinstance(read, list) else read.get("vulns", [read])
    for row in rows:
        if "id" not in row or not isinstance(row.get("affected", []), list):
            raise ValueError("not in OSV's format")
        if not row.get("withdrawn"):
            yield row


def findings(parts: list[Part], advisories: Iterator[dict[str, Any]]) -> tuple[int, list[Finding]]:
    """How many advisories were read, and which of them name a locked version."""
    known: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        known.setdefault((part.ecosystem, _plain(part.name)), []).append(part)
    read, found = 0, []
    for advisory in advisories:
        read += 1
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            for part in known.get((package.get("ecosystem", ""), _plain(package.get("name", ""))), []):
                hit, fixed = _hit(part, affected)
                if hit:
                    found.append(Finding(part, advisory["id"], str(advisory.get("summary", ""))[:120], fixed))
    return read, found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower() if "/" not in name else name.lower()


def _hit(part: Part, affected: dict[str, Any]) -> tuple[bool, str]:
    if part.version in affected.get("versions", []):
        return True, _fixed(affected)
    for each in affected.get("ranges", []):
        if each.get("type") in {"ECOSYSTEM", "SEMVER"} and _inside(part.version, each.get("events", [])):
            return True, _fixed(affected)
    return False, ""


def _fixed(affected: dict[str, Any]) -> str:
    fixed = [
        event["fixed"] for each in affected.get("ranges", []) for event in each.get("events", []) if "fixed" in event
    ]
    return ", ".join(fixed)


def _inside(version: str, events: list[dict[str, str]]) -> bool:
    """OSV's rule: walk the events in order of version; introduced opens, fixed closes, last_affected closes after."""
    mine, inside = _number(version), False
    order = {"introduced": 0, "fixed": 0, "last_affected": 1}
    walked = sorted(
        ((_number("0" if at == "0" else at), order[kind], kind) for event in events for kind, at in event.items()
         if kind in order),
    )  # fmt: skip
    for at, _rank, kind in walked:
        if kind == "introduced" and mine >= at:
            inside = True
        elif (kind == "fixed" and mine >= at) or (kind == "last_affected" and mine > at):
            inside = False
    return inside


def _number(version: str) -> Version:
    """A version of either world; npm's ``1.2.3-beta.4`` comes before its ``1.2.3`` as in Python."""
    try:
        return Version(version)
    except InvalidVersion:
        whole, _, early = version.partition("+")[0].partition("-")
        number = (re.findall(r"\d+", early) or ["0"])[-1]
        return Version(f"{whole}{f'.dev{number}' if early else ''}")
