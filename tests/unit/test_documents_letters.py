"""Letters: what is printed, that it is printed the same each time, and where each letter lies in its file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from berdaya.documents.render import LetterFile, batches, qr_pixels, render, render_many
from berdaya.documents.rules import canonical, digest, freeze, letter_number
from berdaya.documents.types import Capacity, Paper

from . import documents_samples as samples


def printed(*letters: dict[str, Any]) -> tuple[PdfReader, str]:
    rendered = render(LetterFile("Surat", "Dinas Sosial", letters))
    reader = PdfReader(io.BytesIO(rendered.pdf))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_same_data_gives_same_bytes_and_other_data_other_bytes() -> None:
    letter = freeze(samples.frame(), samples.handover())
    file = LetterFile("BAST", "Dinas Sosial", (letter,))
    assert render(file).pdf == render(file).pdf
    changed = freeze(samples.frame(), samples.handover(2))
    assert render(file).pdf != render(replace(file, letters=(changed,))).pdf


def test_digest_does_not_depend_on_key_order_or_unicode_form() -> None:
    assert digest({"a": 1, "b": "é"}) == digest({"b": "e\u0301", "a": 1})
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": float("nan")})


def test_pdf_is_tagged_in_indonesian_and_dated_like_the_letter() -> None:
    reader, _ = printed(freeze(samples.frame(), samples.decree(3)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).startswith("id")
    declared = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2<" in declared
    assert "<pdfuaid:part>1<" in declared
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2024, 3, 4)


def test_decree_reads_as_offices_write_it() -> None:
    reader, text = printed(freeze(samples.frame(), samples.decree(30)))
    for part in (
        "PEMERINTAH PROVINSI BANTEN", "NOMOR 400.9.4/021/SK/Dinsos/III/2024", "Menimbang", "Mengingat", "MEMUTUSKAN:",
        "KESATU", "Ditetapkan di Serang", "pada tanggal 4 Maret 2024", "NIP 19690412 199503 2 001", "Tembusan:",
        "LAMPIRAN", "TANGGAL 4 MARET 2024", "Jumlah Kabupaten Lebak", "225.000.000",
    ):  # fmt: skip
        assert part in text, part
    # The head of the annex table and the kabupaten are repeated on each page of the list.
    for page in reader.pages[2:4]:
        assert "Kecamatan" in page.extract_text()
        assert "Kabupaten" in page.extract_text()
    assert f"Halaman {len(reader.pages)} dari {len(reader.pages)}" in reader.pages[-1].extract_text()


@pytest.mark.parametrize(
    ("capacity", "behalf", "expected"),
    [
        (Capacity.OWN, "", "KEPALA DINAS SOSIAL PROVINSI BANTEN,"),
        (Capacity.ACTING, "", "Plt. KEPALA DINAS SOSIAL PROVINSI BANTEN,"),
        (Capacity.DAILY_ACTING, "", "Plh. KEPALA DINAS SOSIAL PROVINSI BANTEN,"),
        (Capacity.ON_BEHALF, "Gubernur Banten", "a.n. GUBERNUR BANTEN"),
    ],
)
def test_signature_says_in_which_capacity(capacity: Capacity, behalf: str, expected: str) -> None:
    signer = replace(samples.SIGNER, capacity=capacity, on_behalf_of=behalf)
    _, text = printed(freeze(samples.frame(signer=signer), samples.decree(1)))
    assert expected in " ".join(text.split())


def test_handover_adds_up_and_says_it_in_words() -> None:
    letter = freeze(samples.frame(date=date(2024, 9, 2)), samples.handover(members=9))
    assert letter["body"]["total"] == 2_500_000
    assert letter["body"]["share"] == {"members": 9, "value": 277_777}
    _, text = printed(letter)
    flat = " ".join(text.split())
    assert "hari Senin tanggal dua bulan September tahun dua ribu dua puluh empat (02-09-2024)" in flat
    assert "dua juta lima ratus ribu rupiah" in flat
    assert "Rp277.777" in flat
    assert "Kurang" in flat


def test_demo_letters_are_marked_and_real_ones_are_not() -> None:
    _, demo = printed(freeze(samples.frame(demo=True), samples.report()))
    _, real = printed(freeze(samples.frame(demo=False), samples.report()))
    assert "CONTOH – DATA SINTETIS" in demo
    assert "CONTOH" not in real


def test_f4_is_the_paper_of_the_office() -> None:
    reader, _ = printed(freeze(samples.frame(paper=Paper.F4), samples.handover()))
    box = reader.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (215, 330)


def test_statement_and_report_and_certificate() -> None:
    _, book = printed(freeze(samples.frame(), samples.statement()))
    for part in ("BUKU KAS", "Uraian", "Masuk (Rp)", "Saldo awal", "Rp5.217.500", "abababab"):
        assert part in book, part
    _, report = printed(freeze(samples.frame(), samples.report()))
    for part in ("71,4%", "Rp6.249.870.000", "Keadaan per 30 September 2026"):
        assert part in report, part
    _, certificate = printed(freeze(samples.frame(), samples.certificate()))
    assert "Nurhayati" in certificate


def test_text_is_never_taken_as_markup() -> None:
    body = replace(samples.handover(), receiver_name="#panic() $x$ *tebal* <end-tok>", place='[#read("/etc/passwd")]')
    _, text = printed(freeze(samples.frame(), body))
    assert "#panic() $x$ *tebal*" in text
    assert "#read(" in text


def test_each_letter_of_a_file_has_its_own_pages() -> None:
    short = [freeze(samples.frame(letter=f"s{index}"), samples.handover(index)) for index in range(3)]
    rendered = render(LetterFile("BAST", "Dinas", tuple(short)))
    assert {token: (span.first, span.last) for token, span in rendered.pages.items()} == {
        "s0": (1, 1), "s1": (2, 2), "s2": (3, 3),
    }  # fmt: skip
    long = replace(samples.handover(), items=samples.handover().items * 12)
    mixed = (short[0], freeze(samples.frame(letter="long"), long), short[1])
    rendered = render(LetterFile("BAST", "Dinas", mixed))
    assert (rendered.pages["long"].first, rendered.pages["s1"].first) == (2, rendered.pages["long"].last + 1)
    assert rendered.pages["long"].last > 2
    text = PdfReader(io.BytesIO(rendered.pdf)).pages[1].extract_text()
    assert f"Halaman 1 dari {rendered.pages['long'].last - 1}" in text


def test_files_come_in_order_and_alike_from_fresh_processes() -> None:
    letters = [freeze(samples.frame(letter=f"t{index}"), samples.handover(index)) for index in range(5)]
    files = [LetterFile("BAST", "Dinas", chunk) for chunk in batches(letters, 2)]
    assert [len(file.letters) for file in files] == [1, 2, 2]
    apart = list(render_many(files, processes=2))
    assert [result.pdf for result in apart] == [render(file).pdf for file in files]


def test_letter_number() -> None:
    number = letter_number(
        "400.9.4/{seq:03}/{code}/Dinsos/{roman}/{year}", seq=7, code="BAST", occurred_on=date(2024, 9, 2)
    )
    assert number == "400.9.4/007/BAST/Dinsos/IX/2024"


def test_qr_is_square_and_has_a_margin() -> None:
    code = qr_pixels("https://berdaya.contoh.go.id/dok/abc/")
    assert len(code["pixels"]) == code["side"] ** 2
    assert set(code["pixels"][: code["side"]]) == {255}
