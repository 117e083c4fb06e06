"""Rules of groups: forming them from people of one place and trade, officers, limits at every change. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import asin, cos, inf, radians, sin, sqrt
from uuid import UUID

from berdaya.areas.codes import ancestor
from berdaya.groups.types import (
    Formed,
    Forming,
    GroupLimits,
    Joiner,
    Left,
    Leftover,
    Minutes,
    Position,
    Violation,
)

EARTH_METRES = 6_371_008.8
OFF_TARGET_METRES = 1000
"""A group one member off the target counts like one member who lives a kilometre farther away."""
SAME_KECAMATAN_METRES = 3000
"""Distance taken between two villages where a position is missing."""
ELECTION_RULE = "experience_then_list_order"
"""How the demo elects: adults only; those already in business first, then by the order of the list."""

_CURVE_BITS = 10


def metres(a: Joiner, b: Joiner) -> float:
    """Great-circle distance in metres; 0 in one village, a fixed guess between villages without a position."""
    if a.area == b.area:
        return 0.0
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return float(SAME_KECAMATAN_METRES)
    north = sin(radians(b.latitude - a.latitude) / 2) ** 2
    east = sin(radians(b.longitude - a.longitude) / 2) ** 2
    half = north + cos(radians(a.latitude)) * cos(radians(b.latitude)) * east
    return 2 * EARTH_METRES * asin(sqrt(half))


def _hilbert(x: int, y: int) -> int:
    """Place of a grid cell along the Hilbert curve: cells near on the curve are near on the ground."""
    place, side = 0, 1 << (_CURVE_BITS - 1)
    while side:
        right, up = int(bool(x & side)), int(bool(y & side))
        place += side * side * ((3 * right) ^ up)
        if not up:
            if right:
                x, y = (1 << _CURVE_BITS) - 1 - x, (1 << _CURVE_BITS) - 1 - y
            x, y = y, x
        side >>= 1
    return place


def along_the_road(people: Iterable[Joiner]) -> list[Joiner]:
    """People in an order in which neighbours stand beside each other; villages stay together."""
    rows = list(people)
    known = [(p.latitude, p.longitude) for p in rows if p.latitude is not None and p.longitude is not None]
    south, west = min((k[0] for k in known), default=0.0), min((k[1] for k in known), default=0.0)
    span = max(max((k[0] for k in known), default=0.0) - south, max((k[1] for k in known), default=0.0) - west, 1e-9)
    cells = (1 << _CURVE_BITS) - 1

    def key(p: Joiner) -> tuple[int, int, int, str]:
        if p.latitude is None or p.longitude is None:
            return (1 << (2 * _CURVE_BITS), p.area, p.number, str(p.id))
        x, y = int((p.longitude - west) / span * cells), int((p.latitude - south) / span * cells)
        return (_hilbert(x, y), p.area, p.number, str(p.id))

    return sorted(rows, key=key)


def _cut(blocks: Sequence[Sequence[Joiner]], limits: GroupLimits) -> list[list[Joiner]]:
    """Cut a row of blocks into groups: as few people as possible stay out, then members live near each other.

    Dynamic programming over the blocks passed; a block stays whole. The cost of a group is the way of its members to
    the one in the middle plus the distance from the target size.
    """
    n = len(blocks)
    best: list[tuple[int, float]] = [(0, 0.0)] + [(sum(map(len, blocks)) + 1, inf)] * n
    came = [-1] * (n + 1)
    for end in range(1, n + 1):
        out, way = best[end - 1]
        best[end], came[end] = (out + len(blocks[end - 1]), way), end
        members: list[Joiner] = []
        for start in range(end - 1, -1, -1):
            members = [*blocks[start], *members]
            if len(members) > limits.largest:
                break
            if len(members) < limits.smallest:
                continue
            middle = members[len(members) // 2]
            cost = sum(metres(p, middle) for p in members) + OFF_TARGET_METRES * abs(len(members) - limits.target)
            total = (best[start][0], best[start][1] + cost)
            if total < best[end]:
                best[end], came[end] = total, start
    groups: list[list[Joiner]] = []
    end = n
    while end:
        start = came[end]
        if start == end:
            end -= 1
            continue
        groups.append([p for block in blocks[start:end] for p in block])
        end = start
    return groups[::-1]


def bound_together(people: Sequence[Joiner], wishes: Iterable[tuple[UUID, UUID]], largest: int) -> list[list[Joiner]]:
    """People along the road in blocks of those who asked for each other; a wish that only one has binds nobody.

    A block larger than a group falls apart into its people: it could not be kept anyway.
    """
    row = along_the_road(people)
    asked = set(wishes)
    mates: dict[UUID, list[Joiner]] = defaultdict(list)
    by_id = {p.id: p for p in row}
    for one, other in sorted(asked, key=lambda pair: (str(pair[0]), str(pair[1]))):
        if one != other and (other, one) in asked and one in by_id and other in by_id:
            mates[one].append(by_id[other])
    blocks: list[list[Joiner]] = []
    seen: set[UUID] = set()
    for person in row:
        if person.id in seen:
            continue
        block, waiting = [], [person]
        seen.add(person.id)
        while waiting:
            here = waiting.pop(0)
            block.append(here)
            for mate in mates[here.id]:
                if mate.id not in seen:
                    seen.add(mate.id)
                    waiting.append(mate)
        blocks += [block] if len(block) <= largest else [[p] for p in block]
    return blocks


def form(people: Iterable[Joiner], limits: GroupLimits, wishes: Iterable[tuple[UUID, UUID]] = ()) -> Forming:
    """Groups of one trade within one area (kecamatan by default), near each other, as many people as can be.

    One member a household. People who asked for each other (pairs of `wishes` in both directions) sit in one group or
    in none. Deterministic: the order of the input does not matter. Groups come ordered by area, trade and first
    member; whoever is left gets a reason.
    """
    asked = set(wishes)
    places: dict[tuple[int, str], list[Joiner]] = defaultdict(list)
    leftovers: list[Leftover] = []
    seen: set[UUID] = set()
    for p in sorted(people, key=lambda p: (p.number, str(p.id))):
        if not p.kind:
            leftovers.append(Leftover(p, Left.NO_KIND, 0, limits.smallest))
        elif p.household in seen:
            leftovers.append(Leftover(p, Left.SAME_HOUSEHOLD, 0, limits.smallest))
        else:
            seen.add(p.household)
            places[ancestor(p.area, limits.same), p.kind].append(p)
    groups: list[Formed] = []
    for (area, kind), members in sorted(places.items()):
        count = len(members)
        if count < limits.smallest:
            leftovers += [Leftover(p, Left.TOO_FEW, count, limits.smallest) for p in members]
            continue
        cut = _cut(bound_together(members, asked, limits.largest), limits)
        taken = {p.id for group in cut for p in group}
        groups += [Formed(area, kind, tuple(sorted(g, key=lambda p: (p.number, str(p.id))))) for g in cut]
        leftovers += [Leftover(p, Left.DOES_NOT_DIVIDE, count, limits.smallest) for p in members if p.id not in taken]
    groups.sort(key=lambda g: (g.area, g.kind, g.members[0].number))
    leftovers.sort(key=lambda x: (x.joiner.number, str(x.joiner.id)))
    return Forming(tuple(groups), tuple(leftovers))


def age_on(birth_date: date, day: date) -> int:
    """Completed years of age on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def may_hold_office(birth_date: date | None, day: date, limits: GroupLimits) -> bool:
    """An unknown age never passes."""
    return birth_date is not None and age_on(birth_date, day) >= limits.officer_min_age


def elect(members: Sequence[Joiner], day: date, limits: GroupLimits) -> Minutes:
    """Minutes of the election by ELECTION_RULE: a stand-in for the members' own vote, for demonstration data only.

    Offices for which no adult is left stay vacant and are named.
    """
    adults = [m for m in members if may_hold_office(m.birth_date, day, limits)]
    adults.sort(key=lambda m: (not m.in_business, m.number, str(m.id)))
    filled = tuple((position, m.id) for position, m in zip(Position, adults, strict=False))
    return Minutes(
        elected_on=day,
        present=len(members),
        officers=filled,
        rule=ELECTION_RULE,
        vacant=tuple(Position)[len(filled) :],
    )


def check_members(
    members: Sequence[Joiner], home: int, limits: GroupLimits, *, others: Mapping[UUID, str] | None = None
) -> list[Violation]:
    """What is wrong with a set of members of a group whose home is `home`.

    `others` names, by person, another group she is a member of. Size is checked at both ends.
    """
    found: list[Violation] = []
    if len(members) < limits.smallest:
        found.append(Violation("group_too_small", {"count": len(members), "smallest": limits.smallest}))
    if len(members) > limits.largest:
        found.append(Violation("group_too_big", {"count": len(members), "largest": limits.largest}))
    shared = ancestor(home, limits.same)
    households: set[UUID] = set()
    for m in members:
        if ancestor(m.area, limits.same) != shared:
            found.append(Violation("group_member_elsewhere", {"number": m.number, "area": m.area}))
        if m.household in households:
            found.append(Violation("group_household_twice", {"number": m.number}))
        households.add(m.household)
        if others and m.id in others:
            found.append(Violation("group_member_taken", {"number": m.number, "group": others[m.id]}))
    return found


def check_officers(
    officers: Mapping[Position, UUID], members: Mapping[UUID, date | None], day: date, limits: GroupLimits
) -> list[Violation]:
    """What is wrong with the officers: members are given with their birth dates; one person holds one office."""
    found: list[Violation] = []
    held: set[UUID] = set()
    for position, person in sorted(officers.items()):
        if person not in members:
            found.append(Violation("group_officer_no_member", {"position": position.value}))
            continue
        if person in held:
            found.append(Violation("group_officer_twice", {"position": position.value}))
        held.add(person)
        birth = members[person]
        if birth is None:
            found.append(Violation("group_officer_age_unknown", {"position": position.value}))
        elif not may_hold_office(birth, day, limits):
            found.append(Violation("group_officer_minor", {"position": position.value, "age": limits.officer_min_age}))
    return found


def gaps(*, kind: str, founded: bool, members: int, officers: int, limits: GroupLimits) -> tuple[str, ...]:
    """What a group still lacks to be complete (belum lengkap): members, officers, kind, founded."""
    lacking = (
        ("members", members < limits.smallest),
        ("officers", officers < len(Position)),
        ("kind", not kind),
        ("founded", not founded),
    )
    return tuple(name for name, missing in lacking if missing)
