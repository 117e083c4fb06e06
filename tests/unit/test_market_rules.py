from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.market import rules
from berdaya.market.types import Badge, JurorScore, Permit, PermitKind

AS_OF = date(2026, 10, 31)
PIRT = Permit(PermitKind.PIRT, "206-351-20-10001-28", date(2028, 5, 1))
NIB = Permit(PermitKind.NIB, "9120 0012 34567")
HALAL = Permit(PermitKind.HALAL, "ID35110001234560223")


class TestPermits:
    def test_fifteen_and_thirteen_digits(self) -> None:
        assert rules.permit_flaw(Permit(PermitKind.PIRT, "P-IRT No. 206351201000128")) is None
        assert rules.permit_flaw(Permit(PermitKind.PIRT, "20635120100012")) == "pirt_digits"
        assert rules.permit_flaw(NIB) is None
        assert rules.permit_flaw(Permit(PermitKind.NIB, "12345678901234")) == "nib_digits"
        assert rules.permit_flaw(HALAL) is None
        assert rules.permit_flaw(Permit(PermitKind.HALAL, "halal 100%")) == "halal_digits"

    def test_no_number_no_badge(self) -> None:
        assert rules.badges([Permit(PermitKind.HALAL, "")], as_of=AS_OF) == []
        assert rules.badges([HALAL], as_of=AS_OF) == [Badge(PermitKind.HALAL, "ID35110001234560223")]

    def test_expired_or_endless_pirt_has_no_badge(self) -> None:
        good = Permit(PermitKind.PIRT, "206351201000128", date(2026, 10, 31))
        assert [badge.kind for badge in rules.badges([good], as_of=AS_OF)] == [PermitKind.PIRT]
        assert rules.badges([good], as_of=date(2026, 11, 1)) == []
        assert rules.badges([Permit(PermitKind.PIRT, "206351201000128")], as_of=AS_OF) == []

    def test_halal_is_needed_for_food_from_17_october_2026(self) -> None:
        held = [Permit(PermitKind.PIRT, "206351201000128", date(2028, 1, 1)), NIB]
        assert rules.missing_permits("food", held, as_of=date(2026, 10, 16)) == []
        assert rules.missing_permits("food", held, as_of=date(2026, 10, 17)) == [PermitKind.HALAL]
        assert rules.missing_permits("craft", [NIB], as_of=AS_OF) == []


class TestOrderLink:
    @pytest.mark.parametrize("phone", ["0812-0000-1234", "+62 812 0000 1234", "62812.0000.1234"])
    def test_digits_only_with_62(self, phone: str) -> None:
        assert rules.whatsapp_number(phone) == "6281200001234"

    @pytest.mark.parametrize("phone", ["", "021-5550101", "12345", "+65 9123 4567", "0812abc"])
    def test_no_link_to_what_is_no_mobile(self, phone: str) -> None:
        assert rules.whatsapp_number(phone) is None
        assert rules.order_link(phone, product="x", code="y") is None

    def test_the_message_is_filled_in(self) -> None:
        link = rules.order_link("081200001234", product="Batik & tenun #1", code="B-7", quantity=2, unit="lembar")
        assert link is not None
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", "/6281200001234")
        text = parse_qs(parts.query)["text"][0]
        assert "Batik & tenun #1 (kode B-7) sebanyak 2 lembar" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [("KUBE Melati 3", "Melati 3"), ("Kube: Sakura", "Sakura"), ("Kubeja Jaya", "Kubeja Jaya"), ("KUBE", "KUBE")],
)
def test_a_buyer_reads_no_word_of_the_programme(name: str, shown: str) -> None:
    assert rules.public_name(name) == shown


def test_a_product_has_the_category_of_its_words_or_of_its_seller() -> None:
    assert rules.category_of("Food", "batik") == "food"
    assert rules.category_of("Batik tulis", "chips") == "craft"
    assert rules.category_of("", "fish_crackers") == "fishery"
    assert rules.category_of("lain-lain", "tidak ada") == "trade"


def test_an_address_is_readable_and_its_own() -> None:
    one, two = UUID(int=0xABCDEF), UUID(int=0x123456)
    assert rules.slug_of("Kerupuk “Tenggiri” Ibu Ana!", one) == "kerupuk-tenggiri-ibu-ana-abcdef"
    assert rules.slug_of("Kerupuk", one) != rules.slug_of("Kerupuk", two)
    assert rules.slug_of("…", one) == "produk-abcdef"


def share(query: str, text: str) -> float:
    """How much of a query's trigrams a text has: what the shop's search asks of PostgreSQL."""
    wanted = set(rules.grams(query))
    return len(wanted & set(rules.grams(text))) / len(wanted) if wanted else 0.0


def mark(entry: str, juror: str, criterion: str, weight: int, score: str) -> JurorScore:
    return JurorScore(entry, juror, criterion, Decimal(weight), Decimal(score))


class TestContest:
    def test_weighted_mean_of_the_jurors(self) -> None:
        marks = [
            mark("A", "j1", "rasa", 3, "80"),
            mark("A", "j2", "rasa", 3, "90"),
            mark("A", "j1", "kemasan", 1, "60"),
            mark("B", "j1", "rasa", 3, "70"),
            mark("B", "j1", "kemasan", 1, "100"),
        ]
        first, second = rules.placings(marks)
        assert (first.entry, first.total, first.place) == ("A", Decimal("78.75"), 1)
        assert (second.entry, second.total, second.place) == ("B", Decimal("77.50"), 2)
        assert first.criteria == {"rasa": Decimal("85.00"), "kemasan": Decimal("60.00")}

    def test_ties_share_a_place(self) -> None:
        placed = rules.placings(
            mark(entry, "j", "c", 1, score) for entry, score in [("C", "5"), ("B", "9"), ("A", "9")]
        )
        assert [(p.entry, p.place, p.tied) for p in placed] == [
            ("A", 1, True),
            ("B", 1, True),
            ("C", 3, False),
        ]

    @pytest.mark.parametrize(
        "marks",
        [
            [mark("A", "j", "c", 1, "101")],
            [mark("A", "j", "c", 1, "50"), mark("B", "j", "c", 2, "50")],
            [mark("A", "j", "c", 1, "50"), mark("A", "j", "d", 1, "50"), mark("B", "j", "c", 1, "50")],
        ],
    )
    def test_what_cannot_be_judged_raises(self, marks: list[JurorScore]) -> None:
        with pytest.raises(ValueError, match=r"outside|single|every"):
            rules.placings(marks)

    @given(st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 100)), min_size=1, max_size=20))
    def test_places_follow_totals(self, pairs: list[tuple[str, int]]) -> None:
        placed = rules.placings(mark(e, f"j{i}", "c", 1, str(s)) for i, (e, s) in enumerate(pairs))
        for better, worse in itertools.pairwise(placed):
            assert better.total >= worse.total
            assert (better.total == worse.total) == (better.place == worse.place)
        assert placed[0].place == 1


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            ("krupuk", "Kerupuk ikan tenggiri"),
            ("batk", "Batik tulis Situbondo"),
            ("tempeh", "Keripik tempe"),
            ("sambel", "Sambal kemasan"),
            ("soegar", "Jus sugar apel"),
            ("ABON", "abon ikan"),
        ],
    )
    def test_typing_errors_are_forgiven(self, query: str, text: str) -> None:
        assert share(query, text) >= rules.SEARCH_FLOOR

    @pytest.mark.parametrize(("query", "text"), [("batik", "Kerupuk ikan"), ("rotan", "Sambal kemasan"), ("", "abon")])
    def test_another_word_is_another_word(self, query: str, text: str) -> None:
        assert share(query, text) < rules.SEARCH_FLOOR


SHELF = (
    "Keripik singkong", "Keripik singkong balado", "Keripik pisang", "Singkong rebus", "Kerupuk udang", "Kerupuk ikan",
    "Telur asin", "Telur puyuh", "Rengginang", "Gula aren", "Gula semut", "Batik tulis", "Batik cap", "Abon ikan tuna",
    "Abon ayam", "Dodol durian", "Dodol garut", "Kopi robusta", "Kopi arabika", "Terasi udang", "Sambal pecel",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("kripik singkon", "Keripik singkong"),
        ("kripik singkong", "Keripik singkong"),
        ("krupuk udng", "Kerupuk udang"),
        ("tlur asin", "Telur asin"),
        ("renginang", "Rengginang"),
        ("gula arn", "Gula aren"),
        ("batek tulis", "Batik tulis"),
        ("abon ikn tuna", "Abon ikan tuna"),
        ("dodol duren", "Dodol durian"),
        ("kopi robsta", "Kopi robusta"),
        ("trasi udang", "Terasi udang"),
        ("sambel pecel", "Sambal pecel"),
    ],
)
def test_the_name_that_was_meant_comes_first_however_it_is_written(asked: str, first: str) -> None:
    assert share(asked, first) >= rules.SEARCH_FLOOR, "found at all"
    assert max(SHELF, key=lambda name: rules.name_likeness(asked, name)) == first
