"""Funding source and sub-kegiatan follow each rupiah into every report, and what came back is in none of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from berdaya.accountability.models import Lpj
from berdaya.documents.selectors import document_pdf
from berdaya.files.services import store_signature
from berdaya.files.types import FileDraft
from berdaya.grants import selectors, services
from berdaya.grants.models import HandoverLine
from berdaya.grants.stock import Back, NewReturn
from berdaya.grants.types import Funding, HandoverOutcome, Manner, Proof, ProofKind
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.accounting import open_reports, report_file
from berdaya.process.overview import goods, life, rupiah
from berdaya.programmes.models import Programme
from berdaya.reports.selectors import programme_figures
from berdaya.web.office.goods import _columns, _paid
from tests.unit import documents_samples as samples

from .goods_stock import FOR_THREE, HANDED, TODAY, Stocked

pytestmark = pytest.mark.django_db
STOVE, FISH, PAN = 650_000, 30 * 25_000, 180_000
TAGS = ("SN-001", "SN-002", "SN-003")
STROKES = [[[100.0, 200.0], [180.0, 120.0], [260.0, 220.0]]]


@pytest.fixture
def office(make_actor: Callable[..., Actor], tmp_path: Path, settings: Any) -> Stocked:
    """Two families have their goods; one pan of the first lies in store again."""
    settings.BERDAYA_FILES = tmp_path
    made = Stocked(make_actor("operator"), make_actor("head"))
    made.lot("Kompor", 3, tags=TAGS)
    for name in ("Ikan tongkol", "Wajan"):
        made.lot(name, FOR_THREE[name])
    first = made.row("1", tags={1: ("SN-002",)}, proof=drawn(made), manner=Manner.HOME)
    assert made.record(first, made.row("2", tags={1: ("SN-003",)})) == [(HandoverOutcome.RECORDED, "")] * 2
    pans = HandoverLine.objects.get(handover=first.id, item__name="Wajan")
    back = NewReturn(new_id(), pans.pk, 1, HANDED, Back.DAMAGED, made.store)
    with frozen(TODAY), scoped(made.actor) as actor:
        services.write_return(actor=actor, back=back)
    with frozen(TODAY), scoped(made.head) as actor:
        services.agree_return(actor=actor, return_id=back.id)
    return made


def drawn(office: Stocked) -> Proof:
    draft = FileDraft(b"", "image/svg+xml", "x.svg", "signature", office.homes[0][0].area, office.actor.office or 0)
    with scoped(office.actor) as actor:
        file = store_signature(actor=actor, draft=draft, strokes=STROKES)
    at = datetime(2024, 9, 2, 2, 5, tzinfo=UTC)
    return Proof(ProofKind.SIGNATURE, file, witness="Kepala Dusun", lat=-7.70612, lon=114.0098, device_at=at)


def shares(total: int) -> dict[str, int]:
    """70 % and 30 %, each line split on its own."""
    parts = {"APBD kabupaten": 0, "APBN": 0}
    for line in HandoverLine.objects.all():
        whole = line.quantity * line.unit_value_idr
        parts["APBN"] += -(-whole * 3 // 10) if whole * 3 % 10 > 5 else whole * 3 // 10
    parts["APBN"] -= PAN * 3 // 10
    parts["APBD kabupaten"] = total - parts["APBN"]
    return parts


def test_every_report_counts_what_families_have_by_source(office: Stocked) -> None:
    lines = HandoverLine.objects.all()
    gross = sum(line.quantity * line.unit_value_idr for line in lines)
    net, code = gross - PAN, Programme.objects.get(pk=office.programme).code
    expected = shares(net)
    reader = office.head
    with frozen(TODAY), scoped(reader) as actor:
        figures = programme_figures(actor=actor, code=code, as_of=TODAY)
        money = selectors.money_by_source(actor=actor, programme_id=office.programme)
        pots = rupiah.pots(actor=actor)
    assert figures.money.goods_value_idr == net
    assert {(source, activity): amount for source, activity, amount in figures.money.by_source} == {
        ("APBD kabupaten", "1.06.05"): expected["APBD kabupaten"], ("APBN", ""): expected["APBN"],
    }  # fmt: skip
    assert {row.source: row.handed_idr for row in money} == expected
    assert {pot.source: pot.handed for pot in pots} == expected
    assert {pot.activity for pot in pots} == {"1.06.05", ""}
    assert {name: count for name, _, count, _ in figures.money.goods} == {"Kompor": 2, "Ikan tongkol": 60, "Wajan": 3}
    assert sum(value for *_, value in figures.money.goods) == net


def test_life_list_workbook_and_bast_name_source_and_sub_kegiatan(office: Stocked) -> None:
    line = HandoverLine.objects.get(item__name="Wajan", returned=1)
    decree_line = line.handover.decree_line_id
    with frozen(TODAY), scoped(office.actor) as actor:
        told = life.life(actor=actor, line_id=decree_line)
        view = goods.handover(actor=actor, handover_id=line.handover_id)
        queryset = goods.handovers_queryset(actor=actor, filters=goods.HandoverFilter())
        rows = goods.funded_rows(actor=actor, rows=list(queryset))
    assert told.funding == view.funding
    assert sum(paid.amount_idr for paid in told.funding) == told.handed_idr == STOVE + FISH + PAN
    assert [(paid.source, paid.activity) for paid in told.funding] == [("APBD kabupaten", "1.06.05"), ("APBN", "")]
    assert {thing.name: thing.tags for thing in told.things}["Kompor"] == ("SN-002",)
    heads = [column.label for column in [*_columns(), *_paid()]]
    assert heads[-3:] == ["Sumber dana", "Sub-kegiatan", "Nilai per sumber"]
    assert all(len(row.funding) == 2 for row in rows)
    assert Funding("APBN", "", 1).name == "APBN"


def test_the_bast_tells_number_time_place_witness_and_source(office: Stocked) -> None:
    with frozen(TODAY), scoped(office.actor) as actor:
        letters = services.issue_handover_letters(
            actor=actor, programme_id=office.programme, signer=samples.SIGNER, processes=1
        )
        pages = [
            PdfReader(io.BytesIO(document_pdf(actor=actor, document=letter.id)[1])).pages[0].extract_text()
            for letter in letters
        ]
    (text,) = [" ".join(page.split()) for page in pages if "SN-002" in page]
    for part in (
        "pukul 09.05 WIB",
        "pada posisi -7.70612, 114.00980",
        "diserahkan di rumah penerima",
        "Kepala Dusun",
        "APBD kabupaten (1.06.05); APBN",
    ):
        assert part in text, part


def test_the_lpj_accounts_for_what_is_there_and_names_the_source(office: Stocked) -> None:
    with frozen(TODAY), scoped(office.actor) as actor:
        assert open_reports(actor=actor, programme_id=office.programme) == 2
    report = Lpj.objects.get(decree_line__handovers__lines__returned=1)
    assert report.received_idr == STOVE + FISH + PAN
    assert dict(report.items.values_list("name", "quantity")) == {"Kompor": 1, "Ikan tongkol": 30, "Wajan": 1}
    with frozen(date(2024, 10, 1)), scoped(office.actor) as actor:
        pdf = PdfReader(io.BytesIO(report_file(actor=actor, lpj_id=report.pk)))
    cover = " ".join(pdf.pages[0].extract_text().split())
    assert "APBD kabupaten (1.06.05): Rp" in cover
    assert "APBN: Rp" in cover
