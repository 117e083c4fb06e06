"""Classes on offer with seats and places, and what was recorded in them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from berdaya.enterprises.catalogue import catalogue
from berdaya.example.naming import make_name
from berdaya.example.places import Village
from berdaya.example.sheets import Cell, Sheet

CLASS_HEADINGS = (
    "Kode", "Nama", "Jenis Usaha", "Keterampilan", "Kode Wilayah", "Tempat", "Lintang", "Bujur", "Kursi", "Minimal",
    "Mulai", "Selesai", "Pelatih", "Mitra", "Akses Kursi Roda", "Peserta Luar",
)  # fmt: skip
ATTENDANCE_HEADINGS = ("ref", "member", "class", "sessions", "attended", "pre", "post")


@dataclass(frozen=True)
class Course:
    """One class. ``kind`` and ``skill`` are codes of the catalogue; either may be empty."""

    code: str
    name: str
    kind: str
    skill: str
    village: Village
    seats: int
    partner: str = ""
    place: str = "Balai desa/kelurahan"
    guests: Sequence[str] = ()
    minimum: int = 5
    days: int = 5
    accessible: bool = False


def course_of(number: int, kind: str, village: Village, seats: int, *, partner: str = "", minimum: int = 5) -> Course:
    """A class that teaches one kind of business."""
    known = catalogue().kinds[kind]
    return Course(
        code=f"K{number:03d}",
        name=f"{known.id} {village.district_name}",
        kind=kind,
        skill=known.skills[0],
        village=village,
        seats=seats,
        partner=partner,
        minimum=minimum,
    )


def class_sheet(rng: random.Random, courses: Iterable[Course], *, start: date, region: str) -> Sheet:
    """The sheet ``Kelas``; classes begin in turn over four weeks."""
    sheet = Sheet("Kelas", CLASS_HEADINGS)
    for number, course in enumerate(courses):
        begin = start + timedelta(days=7 * (number % 4))
        trainer = make_name(rng, region, rng.choice("LP"))
        sheet.rows.append(
            (
                course.code, course.name, course.kind, course.skill, course.village.dotted, course.place,
                round(course.village.lat + rng.uniform(-0.003, 0.003), 5),
                round(course.village.lon + rng.uniform(-0.003, 0.003), 5),
                course.seats, course.minimum, begin, begin + timedelta(days=course.days - 1), trainer, course.partner,
                "ya" if course.accessible or rng.random() < 0.8 else "tidak", ";".join(course.guests),
            )
        )  # fmt: skip
    return sheet


def attendance_row(
    rng: random.Random, ref: str, *, member: str = "", course: str = "", sessions: int = 5
) -> Sequence[Cell]:
    """Sessions attended and the marks of both tests (0 to 100); nine of ten come to nearly all."""
    attended = sessions if rng.random() < 0.72 else rng.randint(sessions - 2 if rng.random() < 0.7 else 1, sessions)
    before = rng.randint(25, 62)
    after = min(100, before + rng.randint(8, 38) * attended // sessions)
    return ref, member, course, sessions, attended, before, after


def resource_sheet(villages: Iterable[Village], strengths: Mapping[int, Mapping[str, int]], on: date) -> Sheet:
    """``Sumber Daya``: strength 0 to 3 by village and resource; a village without a line was never surveyed."""
    sheet = Sheet("Sumber Daya", ("Kode Wilayah", "Sumber Daya", "Kekuatan", "Sumber", "Tanggal"))
    for village in villages:
        for code, strength in strengths.get(village.code, {}).items():
            sheet.rows.append((village.dotted, code, strength, "Prodeskel (contoh)", on))
    return sheet
