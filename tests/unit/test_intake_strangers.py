"""When a known NIK with another card is somebody else: by the name alone, however it is spelled."""

from __future__ import annotations

import pytest

from berdaya.process.import_strangers import is_another_name


@pytest.mark.parametrize(
    ("known", "written", "another"),
    [
        ("Siti Aminah", "Bambang Wijaya", True),
        ("Sumarto Suwarno Purnomo", "SUDARSONO", True),
        ("Siti Aminah", "Aminah, Siti", False),
        ("Soegito", "SUGITO", False),
        ("Achmad Djoko", "Ahmad Joko Susilo", False),
        ("Hj. Rukmini", "Rukmini", False),
        ("Misnati", "Misnatin", False),
        ("", "Siti", False),
    ],
)
def test_a_name_is_another_only_where_nothing_of_it_is_alike(known: str, written: str, another: bool) -> None:
    assert is_another_name(known, written) is another
