"""The catalogue as values, and what of it ships with the product: no database.

It ties resources of a village to skills, kinds of business, courses that teach the skills, and starting packages of
goods. A code keeps its meaning for ever; an office retires an entry, it never deletes one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from berdaya.enterprises.catalogue import Catalogue, Kind, Named, shipped_catalogue


class Part(StrEnum):
    """What an entry of the catalogue is."""

    RESOURCE = "resource"
    SKILL = "skill"
    KIND = "kind"
    COURSE = "course"
    PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Course(Named):
    """Kursus: teaches skills in `sessions` of `hours` hours each."""

    skills: tuple[str, ...]
    sessions: int
    hours: int
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Good:
    """Barang: one line of a package; the price is whole rupiah, `durable` goods become assets."""

    name: str
    specification: str
    quantity: int
    unit: str
    unit_price_idr: int
    durable: bool

    @property
    def value_idr(self) -> int:
        return self.quantity * self.unit_price_idr


@dataclass(frozen=True, slots=True)
class GoodsPackage(Named):
    """Paket barang: what a beginner of these kinds starts with."""

    kinds: tuple[str, ...]
    goods: tuple[Good, ...]

    @property
    def value_idr(self) -> int:
        return sum(good.value_idr for good in self.goods)


@dataclass(frozen=True)
class OfficeCatalogue(Catalogue):
    """The whole list; `own` are the entries (part, code) that the office wrote, `retired` those not offered now."""

    courses: Mapping[str, Course]
    packages: Mapping[str, GoodsPackage]
    own: frozenset[tuple[str, str]] = frozenset()
    retired: frozenset[tuple[str, str]] = frozenset()

    def part(self, part: Part) -> Mapping[str, Named]:
        """Entries of one part by code."""
        return {
            Part.RESOURCE: self.resources, Part.SKILL: self.skills, Part.KIND: self.kinds,
            Part.COURSE: self.courses, Part.PACKAGE: self.packages,
        }[part]  # fmt: skip

    def offered(self, part: Part) -> dict[str, Named]:
        """Entries of one part that are not retired."""
        return {code: item for code, item in self.part(part).items() if (part, code) not in self.retired}

    def courses_of(self, kind: Kind) -> list[Course]:
        """Courses that teach a skill of this kind, in the order of its skills."""
        offered = [c for c in self.courses.values() if (Part.COURSE, c.code) not in self.retired]
        return [c for skill in kind.skills for c in offered if skill in c.skills]

    def packages_of(self, kind: Kind) -> list[GoodsPackage]:
        """Packages for this kind."""
        return [
            p for p in self.packages.values() if kind.code in p.kinds and (Part.PACKAGE, p.code) not in self.retired
        ]

    def kinds_on(self, resource: str) -> list[Kind]:
        """Kinds of business that live on a resource and are still offered."""
        return [k for k in self.kinds.values() if resource in k.resources and not k.retired]


def good_of(line: str) -> Good:
    """`Name|specification|quantity|unit|price|ya`: a line of `packages.toml`, of the page and of the workbook.

    Raises ValueError for anything else.
    """
    name, specification, quantity, unit, price, durable = (part.strip() for part in line.split("|"))
    if not name or not unit or int(quantity) < 1 or int(price) < 1 or durable not in {"ya", "tidak"}:
        raise ValueError(line)
    return Good(name, specification, int(quantity), unit, int(price), durable == "ya")


def line_of(good: Good) -> str:
    """The reverse of :func:`good_of`."""
    durable = "ya" if good.durable else "tidak"
    return f"{good.name}|{good.specification}|{good.quantity}|{good.unit}|{good.unit_price_idr}|{durable}"


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("berdaya.training").joinpath("data", f"{name}.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def shipped_goods() -> Mapping[str, tuple[str, ...]]:
    """Lines of the starting package of each kind, as `packages.toml` has them."""
    return MappingProxyType({kind: tuple(lines) for kind, lines in _data("packages")["kinds"].items()})


@lru_cache(maxsize=1)
def shipped() -> OfficeCatalogue:
    """What ships with the product."""
    base = shipped_catalogue()
    return OfficeCatalogue(
        kinds=base.kinds,
        skills=base.skills,
        resources=base.resources,
        courses={code: course_of(code, item["id"], item) for code, item in _data("courses")["courses"].items()},
        packages={
            kind: GoodsPackage(
                kind, f"Paket {base.kinds[kind].id}", f"{base.kinds[kind].en} package", (kind,),
                tuple(good_of(line) for line in lines),
            )
            for kind, lines in shipped_goods().items()
        },
    )  # fmt: skip


def course_of(code: str, name: str, body: Mapping[str, Any]) -> Course:
    """A course as the catalogue file or an office writes it; without an English name the Indonesian one stands."""
    return Course(
        code, name, str(body.get("en") or name), tuple(body["skills"]), int(body["sessions"]), int(body["hours"]),
        tuple(body.get("topics", ())),
    )  # fmt: skip


def kind_of(code: str, name: str, body: Mapping[str, Any], *, retired: bool) -> Kind:
    """A kind of business with the skills it asks and the resources it lives on; retired ones are offered no more."""
    return Kind(
        code, name, str(body.get("en") or name), str(body["category"]), tuple(body["skills"]),
        tuple(body["resources"]), retired,
    )  # fmt: skip


def package_of(code: str, name: str, body: Mapping[str, Any]) -> GoodsPackage:
    """A goods package with its lines and the kinds of business it serves."""
    goods = tuple(good_of(line) for line in body["goods"])
    return GoodsPackage(code, name, str(body.get("en") or name), tuple(body["kinds"]), goods)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Isian katalog: an entry as an office writes it; which facts count depends on its part.

    `goods` are lines of :func:`good_of`; codes of skills, resources and kinds must stand in the catalogue.
    """

    part: Part
    code: str
    name: str
    english: str = ""
    category: str = ""
    skills: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sessions: int = 0
    hours: int = 0
    topics: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    retired: bool = False

    def body(self) -> dict[str, Any]:
        """The stored facts of this part."""
        facts: dict[str, Any] = {"en": self.english or self.name}
        match self.part:
            case Part.KIND:
                facts |= {"category": self.category, "skills": list(self.skills), "resources": list(self.resources)}
            case Part.COURSE:
                facts |= {
                    "skills": list(self.skills), "sessions": self.sessions, "hours": self.hours,
                    "topics": list(self.topics),
                }  # fmt: skip
            case Part.PACKAGE:
                facts |= {"kinds": list(self.kinds), "goods": list(self.goods)}
        return facts


def entry_of(listed: OfficeCatalogue, part: Part, code: str) -> NewEntry | None:
    """An entry of the catalogue as it could be written anew; None where there is none."""
    item = listed.part(part).get(code)
    if item is None:
        return None
    retired = (part, code) in listed.retired or (isinstance(item, Kind) and item.retired)
    base = NewEntry(part, code, item.id, item.en, retired=retired)
    if isinstance(item, Kind):
        return replace(base, category=item.category, skills=item.skills, resources=item.resources)
    if isinstance(item, Course):
        return replace(base, skills=item.skills, sessions=item.sessions, hours=item.hours, topics=item.topics)
    if isinstance(item, GoodsPackage):
        return replace(base, kinds=item.kinds, goods=tuple(line_of(good) for good in item.goods))
    return base
