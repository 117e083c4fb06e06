"""Parts of the generator: numbers, names, mistakes, courses of businesses, payments."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from berdaya.areas.names import Named, NameIndex
from berdaya.example import followup, trades
from berdaya.example.identity import Identities
from berdaya.example.market import Contest, Market
from berdaya.example.mistakes import respell, spoiled
from berdaya.example.naming import make_name, old_spelling
from berdaya.example.people import birthday
from berdaya.example.places import places
from berdaya.example.plans import common
from berdaya.example.seeds import spread, stream


def test_streams_depend_on_seed_and_label_only() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() != stream(2, "a").random()
    assert stream(2026, "banten").randint(0, 10**9) == 294_530_634


def test_spread_keeps_the_sum_and_the_proportions() -> None:
    assert spread(2_500, [470, 235, 420, 420, 650, 225, 150, 150]) == [432, 216, 386, 386, 597, 207, 138, 138]
    assert spread(3, [1, 1]) == [2, 1]


def test_a_nik_holds_area_birth_date_sex_and_a_serial_of_its_own() -> None:
    ids = Identities((9001, 9003))
    born = date(1985, 3, 7)
    assert ids.nik(3512070000, born, "P").startswith("3512074703859")
    men = [ids.nik(3512070000, born, "L") for _ in range(3)]
    assert sorted(men) == ["3512070703859001", "3512070703859002", "3512070703859003"]
    with pytest.raises(ValueError, match="too many"):
        ids.nik(3512070000, born, "L")
    with pytest.raises(ValueError, match="serials"):
        Identities((8999, 9100))


def test_names_differ_by_region_and_length() -> None:
    rng = stream(5)
    kupang = Counter(len(make_name(rng, "kupang", "P").split()) for _ in range(500))
    assert kupang[1] / 500 < 0.12
    java = Counter(len(make_name(rng, "jawa_timur", "L").split()) for _ in range(500))
    assert java[1] / 500 > 0.25
    assert all(old_spelling(rng, name) != name for name in ("Sukarno", "Joko", "Muhammad Ali", "Siti", "Ana"))


@pytest.mark.parametrize("age", [17, 18, 59, 60, 61])
def test_a_birthday_makes_exactly_the_age(age: int) -> None:
    rng, at = stream(age), date(2024, 2, 29)
    for _ in range(200):
        born = birthday(rng, at, age)
        assert at.year - born.year - ((at.month, at.day) < (born.month, born.day)) == age


def test_spoiled_cells_are_spoiled_and_respelled_villages_are_still_found() -> None:
    rng, nik = stream(1), "3512070703859001"
    assert spoiled(rng, "nik_number", nik, "Olean") == ("NIK", 3512070703859000.0)
    assert len(str(spoiled(rng, "nik_long", nik, "Olean")[1])) == 17
    assert spoiled(rng, "nik_spaces", nik, "Olean")[1] == "351207 070385 9001"
    for regency in (3512000000, 3175000000, 3601000000):
        for district in places().districts(regency):
            villages = places().villages(district)
            index = NameIndex.of(Named(village.code, village.name) for village in villages)
            for village in villages:
                match = index.find(respell(village.name))
                same = match.code == village.code or match.outcome == "ambiguous"
                assert same, (village.name, respell(village.name), match)
            for wrong in ("Sukamaju Jaya Abadi", "Xyzyx", "Desa Baru 99"):
                assert index.find(wrong).outcome == "unknown"


def test_positions_lie_near_their_kecamatan_and_never_move() -> None:
    for district in places().districts(3175000000):
        lat, lon, radius = places().centre(district)
        for village in places().villages(district):
            km = ((village.lat - lat) ** 2 + ((village.lon - lon) * 0.99) ** 2) ** 0.5 * 111.2
            assert km <= radius * 1.05
    assert places().villages(3175010000) == places().villages(3175010000)


def test_holiday_producers_work_in_the_season_only() -> None:
    business = followup.Followed("1", "dry_cakes", "M001", 1_000_000)
    rows = followup.visit_rows(stream(3), business, "holiday_only")
    busy = {str(row[1])[:7] for row in rows if row[4]}
    assert busy == {"2024-12", "2025-03", "2025-12", "2026-03"}
    assert len(rows) >= 18


def test_the_unvisited_are_visited_at_first() -> None:
    business = followup.Followed("1", "chips", "M001", 1_000_000)
    rows = followup.visit_rows(stream(3), business, "unknown")
    assert rows
    assert max(str(row[1]) for row in rows) < "2026-07"


def test_no_member_pays_more_than_the_turn() -> None:
    terms = followup.FundTerms(instalment=400_000, instalments=10, saving=20_000, iks=5_000)
    paid: dict[str, int] = defaultdict(int)
    for number in range(200):
        rows = followup.payment_rows(
            stream(number), "G", str(number), terms, borrower=number % 2 == 0, alive=number % 3 > 0
        )
        for _, member, day, kind, amount in rows:
            assert "2024-10" <= str(day)[:7] <= "2026-09"
            if kind == "instalment":
                paid[str(member)] += int(str(amount))
    assert max(paid.values()) == 4_000_000
    assert all(int(member) % 2 == 0 for member in paid)
    assert min(paid.values()) < 4_000_000


def test_packages_fill_up_to_the_ceiling_and_never_above() -> None:
    sheet = trades.packages(["goats", "tailoring", "wet_cakes"], 2_500_000)
    worth: Counter[object] = Counter()
    for row in sheet.rows:
        worth[row[0]] += int(str(row[4])) * int(str(row[6]))
    assert set(worth) == {"P-GOATS", "P-TAILORING", "P-WET-CAKES"}
    assert all(2_450_000 <= amount <= 2_500_000 for amount in worth.values())


def test_a_contest_marks_every_entry_on_every_criterion() -> None:
    market = Market(contests=[Contest("L1", "Lomba", "kota", date(2025, 1, 1), ["a", "b", "c"])])
    marks = market.sheets(stream(1))[4].rows
    assert Counter(row[1] for row in marks) == {"a": 12, "b": 12, "c": 12}
    best = Counter[object]()
    for row in marks:
        best[row[1]] += int(str(row[5])) * int(str(row[4]))
    assert [ref for ref, _ in best.most_common()] == ["a", "b", "c"]


def test_lottery_seeds_match_their_commitments() -> None:
    from berdaya.programmes.rules.lottery import commitment

    commitments, seeds = common.lottery("x", 7)
    assert [commitment(seed) for seed in seeds] == list(commitments)
    assert len(set(seeds)) == 2


def test_the_unmistakable_village_is_named_once() -> None:
    villages = [village for district in places().districts(3512000000) for village in places().villages(district)]
    names = Counter(village.name for village in villages)
    assert any(count > 1 for count in names.values()) or all(places().unmistakable(village) for village in villages)
    assert all(names[village.name] == 1 for village in villages if places().unmistakable(village))
