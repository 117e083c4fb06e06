"""The reason of a placement in one or two sentences, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from berdaya.training.types import COMPONENTS

_NAMES = {
    "interest": ("minat", "interest"),
    "talent": ("bakat", "talent"),
    "resource": ("sumber daya desa", "village resources"),
    "distance": ("jarak", "distance"),
    "hours": ("waktu", "hours"),
    "market": ("kebutuhan pasar", "market need"),
    "access": ("kebutuhan khusus", "special needs"),
}
_UNPLACED = {
    "no_position": (
        "Belum mendapat kelas: letak desanya belum diketahui, sehingga jarak tidak dapat dihitung.",
        "No class yet: the position of the village is unknown, so no distance can be computed.",
    ),
    "too_far": ("Belum mendapat kelas: tidak ada kelas dalam jarak yang ditetapkan.",
                "No class yet: none lies within the distance that the programme allows."),
    "no_access": ("Belum mendapat kelas: kelas yang terjangkau tidak dapat dimasuki kursi roda.",
                  "No class yet: those within reach cannot be entered with a wheelchair."),
    "all_full": ("Belum mendapat kelas: semua kelas yang dapat diikuti penuh{missed_id}.",
                 "No class yet: all classes open to this person are full{missed_en}."),
    "all_closed": ("Belum mendapat kelas: kelas yang terjangkau tidak dibuka karena peminat kurang dari minimal.",
                   "No class yet: those within reach are not held, for want of participants."),
    "no_room_together": ("Belum mendapat kelas: tidak ada kelas dengan kursi bagi semua yang harus duduk bersama.",
                         "No class yet: none has seats for all who must sit together."),
    "moved_by_hand": ("Dipindahkan petugas: {text}.", "Moved by an officer: {text}."),
}  # fmt: skip
_GIVEN = {
    "fixed": (" Kursi ini ditetapkan petugas.", " An officer fixed this seat."),
    "kept": (" Kursi ini tetap seperti yang sudah diumumkan.", " This seat stays as it was published."),
}
_MISSED = {
    "together": (" Kelas {missed} lebih cocok; kursi ini agar tetap bersama.",
                 " Class {missed} would fit better; this seat keeps them together."),
    "better_full": (" Kelas {missed} lebih cocok, tetapi penuh.", " Class {missed} would fit better but is full."),
    "better_closed": (" Kelas {missed} lebih cocok, tetapi tidak dibuka.",
                      " Class {missed} would fit better but is not held."),
    "held_for_minimum": (" Kelas {missed} lebih cocok; kursi ini membuat kelasnya mencapai jumlah minimal.",
                         " Class {missed} would fit better; this seat lets the class reach its minimum."),
}  # fmt: skip


def _number(value: float, english: bool) -> str:
    text = f"{value:.1f}"
    return text if english else text.replace(".", ",")


def _parts(reason: Mapping[str, object], english: bool) -> str:
    components = reason.get("components")
    if not isinstance(components, Sequence):
        return ""
    raw = reason.get("unknown")
    unknown = set(raw) if isinstance(raw, Sequence) else set()
    said = []
    # Older placements hold the first parts only; a part without weight in the programme stands as None.
    for name, mark in zip(COMPONENTS, components, strict=False):
        if mark is None:
            continue
        label = _NAMES[name][english]
        untold = ("belum didata", "not recorded")[english]
        said.append(f"{label} {untold}" if name in unknown else f"{label} {int(mark) // 10}/100")
    return ", ".join(said)


def placement_text(
    reason: Mapping[str, object], *, class_code: str, distance_m: int | None, choice: int | None, language: str = "id"
) -> str:
    """Why this class, which one was full, what came next: `reason` as a placement keeps it."""
    english = language.startswith("en")
    why, missed = str(reason.get("why", "")), reason.get("missed")
    if why in _UNPLACED:
        return _UNPLACED[why][english].format(
            text=reason.get("text", ""),
            missed_id=f", yang paling cocok {missed}" if missed else "",
            missed_en=f", the best of them {missed}" if missed else "",
        )
    km = "" if distance_m is None else _number(distance_m / 1000, english) + " km"
    rank = ("pilihan ke-{}", "choice {}")[english].format(choice or 1)
    text = f"{('Kelas', 'Class')[english]} {class_code}, {km} ({rank}): {_parts(reason, english)}."
    text += _GIVEN.get(why, ("", ""))[english]
    if why in _MISSED:
        text += _MISSED[why][english].format(missed=missed)
    if reason.get("next"):
        text += (" Berikutnya: {}.", " Next would come: {}.")[english].format(reason["next"])
    return text


_CHANGES = {
    "better_full": ("Satu kursi lagi di {missed}, atau orang lain di sana pindah.",
                    "One more seat in {missed}, or somebody there moving."),
    "better_closed": ("Kelas {missed} dibuka: peminat mencapai jumlah minimal, atau anggarannya cukup.",
                      "Class {missed} being held: enough participants, or the money for it."),
    "held_for_minimum": ("Peminat lain mengisi kelas ini, atau jumlah minimalnya diturunkan.",
                         "Others filling this class, or a lower minimum."),
    "together": ("Melepas permintaan duduk bersama.", "Giving up the wish to sit together."),
    "fixed": ("Petugas melepaskan ketetapannya.", "The officer releasing this seat."),
    "kept": ("Penempatan ulang yang melepaskan kursi terbit.", "A new run that releases published seats."),
    "no_position": ("Letak desa dilengkapi.", "The position of the village being entered."),
    "too_far": ("Kelas lebih dekat, angkutan, atau jarak lebih jauh.", "A nearer class, transport, or more distance."),
    "no_access": ("Tempat tanpa tangga.", "A venue without steps."),
    "all_full": ("Kursi tambahan{missed_id}.", "More seats{missed_en}."),
    "all_closed": ("Kelas di sekitarnya dibuka.", "A class nearby being held."),
    "no_room_together": ("Kelas dengan kursi bagi semuanya, atau duduk terpisah.",
                         "A class with seats for all of them, or sitting apart."),
}  # fmt: skip


def change_text(reason: Mapping[str, object], *, language: str = "id") -> str:
    """What would change this placement; empty where nothing better exists for the person."""
    english = language.startswith("en")
    missed = reason.get("missed") or ""
    found = _CHANGES.get(str(reason.get("why", "")), ("", ""))[english]
    return found.format(
        missed=missed, missed_id=f" di {missed}" if missed else "", missed_en=f" in {missed}" if missed else ""
    )
