"""Words as people read them: names that were shouted, outcomes that the system wrote, parts that add up."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from berdaya.web.components.strips import Piece, Strip
from berdaya.web.components.wording import as_name
from berdaya.web.office.task_words import outcome


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("EUIS FATONAH", "Euis Fatonah"),
        ("Ternak bebek EUIS FATONAH", "Ternak bebek Euis Fatonah"),
        ("KUBE Mawar II", "KUBE Mawar II"),
        ("UD MAJU BERSAMA III", "UD Maju Bersama III"),
        ("Hj. SITI NUR'AINI", "Hj. Siti Nur'aini"),
        ("Batik tulis Pak Joko", "Batik tulis Pak Joko"),
        ("PKK RT 03", "PKK RT 03"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_shown_as_a_sign_writes_it(written: str, shown: str) -> None:
    assert as_name(written) == shown


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_outcome_is_told_as_a_code(language: str) -> None:
    with override(language):
        for code in ("accepted", "refused", "upheld", "dismissed", "confirmed", "not_found"):
            assert outcome(code) != code


def test_outcomes_that_the_system_wrote_are_told_in_english_with_their_day() -> None:
    stored = "Penyebabnya sudah tidak ada menurut bukti per 31 Oktober 2026."
    with override("id"):
        assert outcome(stored) == stored
    with override("en"):
        assert outcome(stored) == "The cause is gone by evidence as of 31 October 2026."
        assert outcome("Sudah kami datangi.") == "Sudah kami datangi.", "what people write stays as it is"


def test_pieces_fill_the_bar_and_nothing_else() -> None:
    strip = Strip("", (Piece("a", 3, "3", 1), Piece("b", 0, "0", 2), Piece("c", 1, "1", 3)))
    cuts = strip.cuts()
    assert [(cut.x, cut.width) for cut in cuts] == [("0.000%", "75.000%"), ("75.000%", "25.000%")]
    assert not Strip("", (Piece("a", 0, "0", 1),)).cuts()
