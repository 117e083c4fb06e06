"""Issued letters: numbers without gaps, frozen data, one file for many, and a public check without names."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from pypdf import PdfReader

from berdaya.access.models import Office
from berdaya.documents import selectors, services
from berdaya.documents.models import Document, DocumentSeries
from berdaya.documents.rules import digest
from berdaya.documents.types import DocumentDraft, LetterKind
from berdaya.files import services as files
from berdaya.files import store
from berdaya.files.selectors import file_info
from berdaya.files.types import FileDraft
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from tests.unit import documents_samples as samples

pytestmark = pytest.mark.django_db
AREA = 3512010001


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: Any) -> None:
    settings.BERDAYA_FILES = tmp_path / "files"
    settings.BERDAYA_PUBLIC_URL = "https://berdaya.contoh.go.id"


@pytest.fixture
def operator(make_actor: Callable[..., Actor], offices: dict[str, int]) -> Actor:
    Office.objects.filter(pk=offices["dinsos-situbondo"]).update(
        letterhead={
            "lines": ["Pemerintah Kabupaten Situbondo", "Dinas Sosial"],
            "address": "Jalan Contoh 1, Situbondo",
            "city": "Situbondo",
            "numbers": {"bast": "400.9/{seq:03}/BAST/{roman}/{year}"},
        },
        paper="F4",
    )
    return make_actor("operator")


def handover(operator: Actor, index: int = 1, **changes: Any) -> DocumentDraft:
    draft = DocumentDraft(
        id=new_id(),
        title=f"BAST {index}",
        body=samples.handover(index),
        signer=samples.SIGNER,
        occurred_on=date(2024, 9, 2),
        area=AREA + index,
        office=operator.office or 0,
        batch="BAST Contoh",
        programme_code="contoh",
        subject_kind="handover",
        subject_id=new_id(),
    )
    return replace(draft, **changes)


def issue(operator: Actor, *drafts: DocumentDraft) -> list[Any]:
    with scoped(operator):
        return services.issue_documents_many(actor=operator, drafts=drafts, processes=1)


def test_letters_of_a_batch_share_a_file_and_have_numbers_in_a_row(operator: Actor) -> None:
    first = issue(operator, *(handover(operator, index) for index in range(1, 4)))
    later = issue(operator, handover(operator, 4), handover(operator, 5, occurred_on=date(2025, 1, 2)))
    assert [row.number for row in first + later] == [
        "400.9/001/BAST/IX/2024", "400.9/002/BAST/IX/2024", "400.9/003/BAST/IX/2024",
        "400.9/004/BAST/IX/2024", "400.9/001/BAST/I/2025",
    ]  # fmt: skip
    assert len({row.file for row in first}) == 1
    assert [(row.first_page, row.last_page) for row in first] == [(1, 1), (2, 2), (3, 3)]
    with scoped(operator) as who:
        info = file_info(actor=who, file=first[0].file)
        pages = PdfReader(info.path).pages
        text = pages[1].extract_text()
    assert len(pages) == 3
    assert "400.9/002/BAST/IX/2024" in text
    assert "PEMERINTAH KABUPATEN SITUBONDO" in text
    assert (round(float(pages[0].mediabox.height) / 72 * 25.4)) == 330


def test_the_frozen_data_gives_the_same_letter_for_ever(operator: Actor) -> None:
    (info,) = issue(operator, handover(operator))
    row = Document.objects.get(pk=info.id)
    assert digest(row.data) == info.data_sha256
    Office.objects.update(name="Nama Baru", letterhead={"lines": ["Lain"]})
    with scoped(operator) as who:
        _, once = selectors.document_pdf(actor=who, document=info.id)
        _, twice = selectors.document_pdf(actor=who, document=info.id)
    assert once == twice
    text = PdfReader(io.BytesIO(once)).pages[0].extract_text()
    assert "DINAS SOSIAL" in text
    assert info.data_sha256[:16] in text


def test_issuing_again_under_the_same_id_takes_no_number(operator: Actor) -> None:
    draft = handover(operator)
    assert issue(operator, draft)[0].number == issue(operator, draft)[0].number
    assert DocumentSeries.objects.get(kind="bast", year=2024).last == 1


def test_a_refused_batch_leaves_no_gap_no_row_and_no_new_series(operator: Actor) -> None:
    taken = handover(operator, number="SK-7", body=samples.decree(1), batch="")
    issue(operator, taken)
    with pytest.raises(Problem) as caught:
        issue(operator, handover(operator, 2), replace(taken, id=new_id()))
    assert caught.value.code == "documents.number_taken"
    assert Document.objects.count() == 1
    assert issue(operator, handover(operator, 3))[0].number.startswith("400.9/001/")


def test_a_pattern_without_running_number_is_refused(operator: Actor) -> None:
    Office.objects.update(letterhead={"numbers": {"bast": "BAST/{year}"}})
    with pytest.raises(Problem) as caught:
        issue(operator, handover(operator))
    assert caught.value.code == "documents.bad_pattern"


def test_a_full_disk_says_so_and_leaves_no_row(operator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_write", full)
        with pytest.raises(Problem) as caught:
            issue(operator, handover(operator))
    assert caught.value.code == "files.disk_full"
    assert Document.objects.count() == 0
    assert issue(operator, handover(operator))[0].number.startswith("400.9/001/")


def test_outsiders_find_neither_letter_nor_file(operator: Actor, make_actor: Callable[..., Actor]) -> None:
    (info,) = issue(operator, handover(operator))
    for outsider in (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
    ):
        with scoped(outsider) as who:
            assert selectors.documents(actor=who) == []
            for look in (
                lambda actor: selectors.document_pdf(actor=actor, document=info.id),
                lambda actor: file_info(actor=actor, file=info.file),
            ):
                with pytest.raises(Problem) as caught:
                    look(who)
                assert caught.value.code == "not_found"
    with scoped(operator) as who:
        assert [row.id for row in selectors.documents(actor=who, kind=LetterKind.HANDOVER)] == [info.id]


def test_a_lurah_opens_the_letter_of_the_own_village_but_not_the_shared_file(
    operator: Actor, make_actor: Callable[..., Actor]
) -> None:
    first, second = issue(operator, handover(operator, 1), handover(operator, 2))
    lurah = make_actor("lurah", area=first.area, office="*")
    with scoped(lurah) as who:
        info, pdf = selectors.document_pdf(actor=who, document=first.id)
        assert (info.number, len(PdfReader(io.BytesIO(pdf)).pages)) == (first.number, 1)
        for look in (
            lambda: selectors.document_pdf(actor=who, document=second.id),
            lambda: file_info(actor=who, file=first.file),
        ):
            with pytest.raises(Problem):
                look()


def test_the_public_learns_that_a_letter_is_genuine_and_no_name(operator: Actor) -> None:
    (info,) = issue(operator, handover(operator))
    with scoped(PUBLIC):
        found = selectors.verify(actor=PUBLIC, token=info.token)
        assert found is not None
        assert (found.number, found.kind, found.data_sha256) == (info.number, LetterKind.HANDOVER, info.data_sha256)
        assert "Siti" not in repr(found)
        assert selectors.verify(actor=PUBLIC, token=info.token[:-1] + "_") is None
        assert selectors.verify(actor=PUBLIC, token="") is None
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute("SELECT 1 FROM documents_document")


def test_who_may_not_issue_is_told(operator: Actor, make_actor: Callable[..., Actor]) -> None:
    lurah = make_actor("lurah", office="*")
    with pytest.raises(Problem) as caught, scoped(lurah):
        services.issue_documents_many(actor=lurah, drafts=[handover(operator)])
    assert caught.value.code == "not_allowed"


def test_signatories_follow_the_day(operator: Actor, make_actor: Callable[..., Actor]) -> None:
    admin, office = make_actor("admin"), operator.office or 0
    acting = replace(samples.SIGNER, name="Drs. Budi", capacity="Plt.")
    with scoped(admin) as who:
        services.register_signatory(actor=who, office=office, signer=samples.SIGNER, valid_from=date(2020, 1, 1))
        services.register_signatory(
            actor=who, office=office, signer=acting, valid_from=date(2024, 1, 1), valid_until=date(2024, 6, 30)
        )
        assert services.signatory_on(actor=who, office=office, day=date(2024, 3, 1)).name == "Drs. Budi"
        later = services.signatory_on(actor=who, office=office, day=date(2024, 7, 1))
        assert (later.name, later.city) == (samples.SIGNER.name, "Situbondo")
        with pytest.raises(Problem) as caught:
            services.signatory_on(actor=who, office=office, day=date(2019, 1, 1))
    assert caught.value.code == "documents.no_signatory"


def test_equal_contents_are_kept_once_and_only_orphans_are_swept(operator: Actor, tmp_path: Path) -> None:
    draft = FileDraft(b"isi", "text/plain", "a.txt", "test", AREA, operator.office or 0)
    with scoped(operator) as who:
        one = files.store_file(actor=who, draft=draft)
        assert files.store_file(actor=who, draft=replace(draft, name="b.txt")) == one
        with pytest.raises(Problem) as caught:
            files.store_file(actor=who, draft=replace(draft, area=3511010001))
        assert caught.value.code == "outside_scope"
    store.put(b"left behind")
    assert len(list(store.contents())) == 2
    assert files.sweep_orphans(age_seconds=-1) == 1
    assert [name for name, _ in store.contents()] == [hashlib.sha256(b"isi").hexdigest()]
    assert files.sweep_orphans() == 0
