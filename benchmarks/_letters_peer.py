"""The peer of the letters benchmark: the same handover letter as HTML, by WeasyPrint where its system library (Pango)
is there, else by fpdf2. Neither makes tagged archive files here, which ours are.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

import segno

STYLE = """
@page { size: A4; margin: 2cm }
body { font: 11pt serif } h1 { font-size: 13pt; text-align: center } table { width: 100%; border-collapse: collapse }
.items td, .items th { border: .5pt solid #333; padding: 2pt 4pt } .letter { break-after: page } img { width: 2.2cm }
"""


def name() -> str:
    """Which peer this machine can run."""
    try:
        import weasyprint  # noqa: F401, PLC0415  (needs Pango, which no Python package brings)
    except (ImportError, OSError):
        return "fpdf2"
    return "WeasyPrint"


def render(letters: Sequence[dict[str, Any]]) -> int:
    """One PDF with all letters; answers its size in bytes."""
    if name() == "WeasyPrint":
        from weasyprint import HTML  # noqa: PLC0415

        body = "".join(f'<div class="letter">{markup(letter)}</div>' for letter in letters)
        pdf = HTML(string=f"<html lang=id><style>{STYLE}</style><body>{body}</body></html>").write_pdf()
        return len(pdf or b"")
    from fpdf import FPDF  # noqa: PLC0415

    page = FPDF(format="A4")
    page.set_font("times", size=11)
    for letter in letters:
        page.add_page()
        page.write_html(markup(letter, border='border="1"'))
    return len(page.output())


def markup(letter: dict[str, Any], border: str = "") -> str:
    """Every text of the letter in the order of its template."""
    head, body, signer = letter["head"], letter["body"], letter["signer"]
    code = segno.make(letter["verify_url"], error="m").png_data_uri(scale=3)
    items = [
        (at, item["name"], item["spec"], f"{item['quantity']} {item['unit']}", _money(item["unit_value"]),
         _money(item["value"]))
        for at, item in enumerate(body["items"], start=1)
    ]  # fmt: skip
    return "".join(
        [
            f"<p align=center><b>{_text(head['government'])}<br>{_text(head['office'])}</b><br>{_text(head['address'])}"
            f"<br>{_text(head['contact'])}</p><h1>Berita Acara Serah Terima</h1>",
            f"<p align=center>Nomor {_text(letter['number'])}<br>{_text(body['about'])}</p>",
            f"<p>Pada tanggal {letter['date']}, bertempat di {_text(body['place'])}:</p>",
            _table(body["giver"]),
            _table(body["receiver"]),
            f"<p>Berdasarkan {_text(body['basis'])} telah dilakukan serah terima barang sebagai berikut.</p>",
            _table([("No", "Barang", "Spesifikasi", "Jumlah", "Harga", "Nilai"), *items], f'class="items" {border}'),
            f"<p>Jumlah {_money(body['total'])}</p><ol>",
            *(f"<li>{_text(term)}</li>" for term in body["terms"]),
            "</ol>",
            _table(
                [
                    (body["receiver_title"], body["witness_title"], signer["position"]),
                    (body["receiver_name"], body["witness_name"], signer["name"]),
                ]
            ),
            f'<img src="{code}" width="60" height="60"><p>{_text(letter["footer"])}</p>',
        ]
    )


def _table(rows: Iterable[Sequence[object]], attributes: str = "") -> str:
    lines = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table {attributes}>{lines}</table>"


def _text(value: object) -> str:
    return html.escape(str(value))


def _money(value: int) -> str:
    return f"Rp{value:,}".replace(",", ".")
