"""The life of a group through the office's page: each change as its button records it, and what is refused by name."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from berdaya.access.selectors import actor_for
from berdaya.funds import services
from berdaya.funds.models import Fund
from berdaya.funds.types import CapitalDraft, TurnDraft
from berdaya.governance.models import Coaching, GrowthRules
from berdaya.groups.models import Group, Membership, Officer
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Household, Person
from berdaya.tasks.models import Task
from tests import web_world
from tests.web_things import VILLAGES
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
DAY = web_world.TODAY


@pytest.fixture
def world() -> World:
    made = web_world.build(2)
    for group, count in zip(made.lists["groups"], (10, 6), strict=True):
        grow(made, group, count)
    return made


@pytest.fixture
def operator(world: World) -> Client:
    return sign_in(world, "operator")


def sign_in(world: World, kind: str) -> Client:
    account = web_world.sign_up(world.office, kind, username=f"tata-{kind}")
    if kind in {"group_officer", "sponsor"}:
        web_world.open_to(account, groups=world.ids["group"])
    return web_world.sign_in(Client(), account)


def person(village: int, name: str) -> Person:
    home = Household.objects.create(area=VILLAGES[village], synthetic=True)
    return Person.objects.create(
        area=home.area, household=home, name=name, name_key=name.lower(), is_head=True, birth_date=date(1985, 5, 5),
        synthetic=True,
    )  # fmt: skip


def grow(world: World, group: UUID, count: int) -> None:
    row = Group.objects.get(pk=group)
    for number in range(4, count + 1):
        who = person(0, f"Warga {row.code} {number}")
        Membership.objects.create(
            area=row.area, office=world.office, group=row, person=who, household=who.household, number=number,
            joined_on=date(2024, 1, 1),
        )  # fmt: skip


def page_of(group: UUID) -> str:
    return reverse("office:lifecycle", args=[group])


def send(client: Client, group: UUID, code: str, **data: Any) -> Any:
    return client.post(page_of(group), {"aksi": code, "on": DAY.isoformat(), **data}, follow=True)


def members(group: UUID) -> list[Membership]:
    return list(Membership.objects.filter(group=group, left_on=None).order_by("number"))


def as_operator(world: World) -> Actor:
    account = web_world.sign_up(world.office, "operator", username="di-balik-layar")
    return actor_for(account.pk)


def test_founding_officers_members_and_sponsor_as_the_office_records_them(world: World, operator: Client) -> None:
    group = world.ids["group"]
    seen = members(group)
    founded = send(operator, group, "pendirian", on="2024-01-01", present="9", minutes="Sepakat berdiri.")
    assert "Pendirian tercatat." in founded.content.decode()
    assert 'value="pendirian"' not in founded.content.decode(), "a group is founded once"
    chosen = {"ketua": seen[3], "sekretaris": seen[4], "bendahara": seen[5]}
    officers = {position: str(row.person_id) for position, row in chosen.items()}
    few = send(operator, group, "pemilihan", present="5", rule="vote", **officers)
    assert few.status_code >= 400
    assert Officer.objects.filter(group=group, until=None, membership__in=seen[3:6]).count() == 0
    done = send(operator, group, "pemilihan", present="8", rule="vote", **officers).content.decode()
    assert "3 pengurus memegang jabatan." in done
    assert {row.position: row.membership_id for row in Officer.objects.filter(group=group, until=None)} == {
        position: row.pk for position, row in chosen.items()
    }
    assert Officer.objects.filter(group=group, until=DAY).count() == 3, "the terms before end that day"

    near = person(1, "Yuliana Dari Talkandang")
    search = operator.get(page_of(group), {"cari": "yuliana talkandang"}).content.decode()
    assert "Yuliana Dari Talkandang" in search
    address = f"{page_of(group)}?cari=yuliana"
    joined = operator.post(address, {"aksi": "masuk", "on": DAY.isoformat(), "person": str(near.pk)}, follow=True)
    text = joined.content.decode()
    assert "Anggota nomor 11 masuk." in text
    assert "Talkandang" in text, "she lives in another village, and the page says where"
    fund = Fund.objects.get(group=group)
    actor = as_operator(world)
    with frozen(DAY), scoped(actor) as who:
        services.receive_capital(actor=who, draft=CapitalDraft(new_id(), fund.pk, 2_000_000, date(2024, 2, 1)))
        new = Membership.objects.get(person=near)
        services.open_turn(actor=who, draft=TurnDraft(new_id(), new.pk, 500_000, 10, DAY, fund=fund.pk))
    nothing = send(operator, group, "keluar", person=str(near.pk), reason="")
    assert Membership.objects.get(person=near).left_on is None, nothing.status_code
    left = send(operator, group, "keluar", person=str(near.pk), reason="Bekerja di kota").content.decode()
    assert "Anggota nomor 11 keluar. Utangnya Rp500.000 tetap ditagih." in left
    assert Membership.objects.get(person=near).reason == "Bekerja di kota"

    send(operator, group, "pembina", kind="pkh", name="Pendamping PKH Contoh")
    sponsored = Group.objects.select_related("sponsor").get(pk=group)
    assert sponsored.sponsor is not None
    assert (sponsored.sponsor.kind, sponsored.sponsor.name) == ("pkh", "Pendamping PKH Contoh")
    told = operator.get(reverse("office:governance", args=[group])).content.decode()
    for words in ("Didirikan", "Sepakat berdiri.", "Pengurus dipilih", "dengan pemungutan suara", "anggota masuk",
                  "Bekerja di kota", "Pendamping PKH Contoh", "Warga KUBE-0 4"):  # fmt: skip
        assert words in told, words


def test_every_kind_of_fund_is_opened_with_its_own_terms(world: World, operator: Client) -> None:
    group = world.ids["group"]
    common = {"method": "flat", "rate": "12", "instalments": "6", "every": "week"}
    assert send(operator, group, "dana-vsla", **common).status_code >= 400
    assert not Fund.objects.filter(group=group, kind="vsla").exists(), "a savings group needs the price of a share"
    opened = send(operator, group, "dana-vsla", **common, share="5000", most="5")
    assert "Dana dibuka." in opened.content.decode()
    vsla = Fund.objects.get(group=group, kind="vsla")
    assert opened.redirect_chain[-1][0] == reverse("office:fund", args=[vsla.pk])
    assert (vsla.terms["share_idr"], vsla.terms["terms"]["method"], vsla.terms["terms"]["every"]) == (
        5000,
        "flat",
        "week",
    )
    send(operator, group, "dana-goods_turns", unit="Kambing", first="1", half="50")
    goats = Fund.objects.get(group=group, kind="goods_turns")
    assert goats.terms["unit"] == "kambing"
    wrong = operator.post(
        reverse("office:fund-action", args=[goats.pk, "ternak"]),
        {"id": str(new_id()), "satuan": "karung", "banyak": "3", "tanggal": DAY.isoformat()},
    )
    assert wrong.status_code == 422
    assert "Satuan karung tidak dipakai dana ini." in wrong.content.decode()
    assert 'value="dana-vsla"' not in operator.get(page_of(group)).content.decode(), "one fund of a kind"


def test_a_group_is_split_merged_back_and_ended_and_nobody_is_lost(world: World, operator: Client) -> None:
    group, other = world.lists["groups"]
    people = {row.person_id for row in members(group)}
    going = [str(row.pk) for row in members(group)[5:]]
    base = {"present": "9", "minutes": "Sepakat dibagi dua.", "name": "KUBE Melati Timur"}
    small = operator.post(
        page_of(group), {"aksi": "bagi", "on": DAY.isoformat(), **base, "code": "KUBE-T", "pindah": going[:3]}
    )
    assert small.status_code >= 400
    assert "Sepakat dibagi dua." in small.content.decode(), "what was typed is still there"
    taken = operator.post(
        page_of(group), {"aksi": "bagi", "on": DAY.isoformat(), **base, "code": "KUBE-1", "pindah": going}
    )
    assert "Kode KUBE-1 sudah dipakai kelompok lain." in taken.content.decode()
    assert len(members(group)) == 10
    done = operator.post(
        page_of(group), {"aksi": "bagi", "on": DAY.isoformat(), **base, "code": "KUBE-T", "pindah": going}, follow=True
    )
    assert "Kelompok baru berdiri." in done.content.decode()
    fresh = Group.objects.get(code="KUBE-T").pk
    assert (len(members(group)), len(members(fresh))) == (5, 5)

    itself = send(operator, fresh, "gabung", into=str(fresh), present="5", minutes="Kembali bersatu.")
    assert len(members(fresh)) == 5, itself.status_code
    back = send(operator, fresh, "gabung", into=str(group), present="5", minutes="Kembali bersatu.").content.decode()
    assert "Kelompok digabung; semua anggota pindah." in back
    assert Group.objects.get(pk=fresh).dissolved_on == DAY
    assert {row.person_id for row in members(group)} == people

    fund = Fund.objects.get(group=other)
    actor = as_operator(world)
    with frozen(DAY), scoped(actor) as who:
        services.receive_capital(actor=who, draft=CapitalDraft(new_id(), fund.pk, 100_000, date(2024, 2, 1)))
    held = send(operator, other, "bubar", present="6", minutes="Selesai.").content.decode()
    assert "kas Rp100.000" in held
    assert Group.objects.get(pk=other).dissolved_on is None
    with frozen(DAY), scoped(actor) as who:
        event = fund.cash_events.get(kind="capital").pk
        services.reverse_event(actor=who, event=event, reason="Dikembalikan ke kas daerah")
    ended = send(operator, other, "bubar", present="6", minutes="Selesai.").content.decode()
    assert "Kelompok diakhiri." in ended
    assert Fund.objects.get(pk=fund.pk).closed_on == DAY
    assert operator.get(page_of(other)).status_code == 409, "what has ended is changed no more"


def test_only_the_office_changes_a_group_and_another_office_does_not_find_it(world: World, operator: Client) -> None:
    group = world.ids["group"]
    assert operator.get(page_of(group)).status_code == 200
    for kind in ("supervisor", "auditor", "group_officer", "sponsor"):
        client = sign_in(world, kind)
        assert client.get(page_of(group)).status_code == 403, kind
        assert send(client, group, "pembina", kind="", name="").status_code == 403, kind
        assert page_of(group) not in client.get(reverse("office:governance", args=[group])).content.decode()
    far = web_world.office("dinsos-lain")
    stranger = web_world.sign_in(Client(), web_world.sign_up(far, "operator", username="orang-lain"))
    assert stranger.get(page_of(group)).status_code == 404
    ahead = send(operator, group, "pemilihan", on="2031-01-01", present="8", rule="vote")
    assert Officer.objects.filter(group=group, elected_on__gt=DAY).count() == 0, ahead.status_code


def test_officers_see_names_of_their_own_group_and_print_cards(world: World) -> None:
    client = sign_in(world, "group_officer")
    group = world.ids["group"]
    page = client.get(reverse("office:governance", args=[group])).content.decode()
    assert "1. Anggota 1" in page
    assert "Anggota 1" in client.get(reverse("office:group", args=[group])).content.decode()
    cards = client.post(reverse("office:cards", args=[group]))
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(cards.content)).pages)
    assert "Warga KUBE-0 10" in text


def begun(world: World) -> Fund:
    """The group's fund with capital and one turn."""
    fund = Fund.objects.get(group=world.ids["group"])
    actor, row = as_operator(world), members(world.ids["group"])[0]
    with frozen(DAY), scoped(actor) as who:
        services.receive_capital(actor=who, draft=CapitalDraft(new_id(), fund.pk, 2_000_000, DAY, "SK 12"))
        services.open_turn(actor=who, draft=TurnDraft(new_id(), row.pk, 500_000, 10, DAY, fee_idr=50_000, fund=fund.pk))
    return fund


def test_books_and_accounts_on_paper_are_numbered_and_signed(world: World, operator: Client) -> None:
    group, fund = world.ids["group"], begun(world)
    paper = operator.get(reverse("office:fund-books-pdf", args=[fund.pk]))
    sheets = PdfReader(io.BytesIO(paper.content)).pages
    printed = "".join(sheet.extract_text() for sheet in sheets)
    lie = {
        " ".join(sheet.extract_text().split())[:60]: sheet.mediabox.width > sheet.mediabox.height for sheet in sheets
    }
    assert {wide for text, wide in lie.items() if "pinjaman" in text or "notulen" in text} == {True}
    assert {wide for text, wide in lie.items() if "kas" in text or "anggota" in text} == {False}
    assert f"lembar 1 dari {len(sheets)}" in printed
    assert printed.count("Bendahara,") == len(sheets), "each book is signed"
    accounts = operator.get(reverse("office:member-books-pdf", args=[group]))
    own = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(accounts.content)).pages]
    assert len(own) == len(members(group)) == 10, "one sheet each, to be handed out after a meeting"
    assert all("Anggota," in text and "Bendahara," in text for text in own)
    assert sum("Giliran modal" in text for text in own) == 1


def test_the_books_are_the_same_on_screen_on_paper_and_in_the_workbook(world: World, operator: Client) -> None:
    fund = begun(world)
    screen = {
        code: operator.get(reverse("office:fund-books", args=[fund.pk]), {"buku": code}).content.decode()
        for code in ("kas", "simpanan", "pinjaman", "inventaris", "anggota", "notulen")
    }
    assert "Modal bantuan diterima: SK 12" in screen["kas"]
    assert "1.500.000" in screen["kas"]
    assert "550.000" in screen["pinjaman"]
    assert "Warga KUBE-0 10" in screen["anggota"]
    assert "Belum ada catatan di buku ini" in screen["simpanan"]
    paper = operator.get(reverse("office:fund-books-pdf", args=[fund.pk]))
    printed = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper.content)).pages)
    for title in (
        "Buku kas",
        "Buku simpanan dan IKS",
        "Buku pinjaman",
        "Buku inventaris",
        "Buku anggota",
        "Buku notulen",
    ):
        assert title in printed
    assert "Saldo akhir" in printed
    assert "1.500.000" in printed
    answer = operator.get(reverse("office:fund-books-xlsx", args=[fund.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert book.sheetnames == ["Kas", "Simpanan", "Pinjaman", "Inventaris", "Anggota", "Notulen"]
    for sheet in book:
        assert sheet.oddHeader.left.text.startswith("KUBE 0 ") or "KUBE" in sheet.oddHeader.left.text
        assert "Buku" in sheet.oddHeader.center.text
        assert "sidik" in sheet.oddFooter.left.text
        lies = "landscape" if sheet.title in {"Pinjaman", "Notulen"} else "portrait"
        assert (sheet.print_title_rows, sheet.freeze_panes, sheet.page_setup.orientation) == ("$1:$1", "A2", lies)
        assert "Bendahara" in {cell.value for row in sheet.iter_rows() for cell in row}
    assert book["Kas"].column_dimensions["C"].width > 50
    assert book["Kas"]["E4"].number_format == "#,##0"
    assert book["Kas"]["B4"].number_format.lower() == "dd/mm/yyyy"
    assert [cell.value for cell in book["Kas"][1]] == [
        "Nomor", "Tanggal", "Uraian", "Masuk (debit)", "Keluar (kredit)", "Saldo",
    ]  # fmt: skip
    assert [cell.value for cell in book["Kas"][4]][3:] == [None, 500_000, 1_500_000]
    assert book["Pinjaman"]["K2"].value == "berjalan"
    outsider = web_world.sign_in(
        Client(), web_world.sign_up(web_world.office("dinsos-lain"), "operator", username="orang-lain")
    )
    for name in ("fund-books", "fund-books-pdf", "fund-books-xlsx"):
        assert outsider.get(reverse(f"office:{name}", args=[fund.pk])).status_code == 404


def test_an_officers_first_page_says_what_to_do_and_shows_one_group(world: World) -> None:
    group, other = world.lists["groups"]
    fund, actor = Fund.objects.get(group=group), as_operator(world)
    debtor = members(group)[0]
    with frozen(DAY), scoped(actor) as who:
        services.receive_capital(actor=who, draft=CapitalDraft(new_id(), fund.pk, 2_000_000, date(2024, 2, 1)))
        services.open_turn(actor=who, draft=TurnDraft(new_id(), debtor.pk, 1_000_000, 10, date(2024, 3, 1)))
    page = sign_in(world, "group_officer").get("/").content.decode()
    late = DAY.toordinal() - date(2024, 4, 1).toordinal()
    for words in ("Kas sekarang", "Rp1.000.000", "1. Anggota 1: Rp1.000.000", f"({late:,} hari)".replace(",", "."),
                  "Catat pertemuan", "1 anggota menunggak Rp1.000.000", "menunggu dua anggota",
                  reverse("office:fund-books", args=[fund.pk])):  # fmt: skip
        assert words in page, words
    assert Group.objects.get(pk=other).name not in page


def test_a_sponsor_sees_and_coaches_own_groups_and_the_next_visit_checks_the_advice(
    world: World, operator: Client
) -> None:
    group, other = world.lists["groups"]
    client = sign_in(world, "sponsor")
    home = client.get("/").content.decode()
    assert "KUBE Melati 1" in home
    assert "KUBE Melati 2" not in home
    address = reverse("office:coach", args=[group])
    note = {"id": str(new_id()), "tanggal": DAY.isoformat(), "dilihat": "Buku rapi.", "saran": "Setor ke bank."}
    done = client.post(address, note, follow=True).content.decode()
    assert "Catatan pembinaan tersimpan." in done
    assert "Setor ke bank." in done
    assert client.post(address, note).status_code == 302
    again = note | {"id": str(new_id()), "saran": "Undang dua anggota.", "dijalankan": "partly"}
    client.post(address, again)
    rows = list(Coaching.objects.filter(group=group).order_by("recorded_at").values_list("advice", "followed"))
    assert rows == [("Setor ke bank.", ""), ("Undang dua anggota.", "partly")], "sent twice, it is one note"
    assert "Undang dua anggota." in client.get("/").content.decode()
    seen = operator.get(reverse("office:governance", args=[group])).content.decode()
    assert "saran sebelumnya dijalankan sebagian" in seen
    ahead = client.post(address, note | {"id": str(new_id()), "tanggal": "2031-01-01"})
    assert ahead.status_code == 422
    assert client.post(address, note | {"id": str(new_id()), "saran": " "}).status_code >= 400
    foreign = client.post(reverse("office:coach", args=[other]), note | {"id": str(new_id())})
    assert foreign.status_code == 404
    officer = sign_in(world, "group_officer")
    assert officer.post(address, note | {"id": str(new_id())}).status_code == 403, "officers do not coach themselves"
    assert Coaching.objects.count() == 2


def test_the_office_tries_other_criteria_and_a_second_person_puts_them_in_force(world: World, operator: Client) -> None:
    address = reverse("office:growth-rules")
    assert "syarat bawaan Berdaya" in operator.get(address).content.decode()
    tried = {"coba": "1", "pakai": "members"} | {
        f"{side}-{code}": "0" for side in "bm" for code in ("age_months", "meetings_6m", "turnover_idr", "savings_idr")
    }
    tried |= {"b-members": "5", "m-members": "9", "b-arrears_share": "0", "m-arrears_share": "0"}
    seen = operator.get(address, tried).content.decode()
    assert "naik dan" in seen
    assert Group.objects.get(pk=world.ids["group"]).name in seen
    query = f"{address}?{urlencode(tried)}"
    assert operator.post(query, {"alasan": " "}).status_code == 422
    saved = operator.post(query, {"alasan": "Anggota saja yang dinilai"}, follow=True).content.decode()
    assert "Anggota saja yang dinilai" in saved
    assert "Tarik usulan saya" in saved
    assert "Setujui" not in saved
    assert "syarat bawaan Berdaya" in saved, "until then what held before holds"
    head = sign_in(world, "head")
    waits = head.get(address).content.decode()
    assert Group.objects.get(pk=world.ids["group"]).name in waits, "the second person sees who would change class"
    proposal = str(GrowthRules.objects.get().pk)
    task = Task.objects.get(cause=f"growth_rules:{proposal}")
    assert address in head.get(reverse("office:task", args=[task.pk])).content.decode()
    agree = {"tindakan": "setuju", "usulan": proposal}
    assert operator.post(address, agree).status_code == 403
    assert head.post(address, {"tindakan": "tolak", "usulan": proposal}).status_code == 422
    assert head.post(address, agree | {"usulan": str(new_id())}).status_code == 404
    done = head.post(address, agree, follow=True).content.decode()
    assert "versi 1" in done
    assert head.post(address, agree).status_code == 409
    page = operator.get(reverse("office:governance", args=[world.ids["group"]])).content.decode()
    assert "Kelas kelompok: mandiri" in page
    assert "berkembang ≥ 5 orang, mandiri ≥ 9 orang" in page
    wrong = operator.get(address, tried | {"m-members": "banyak"})
    assert wrong.status_code == 422
    assert "bukan angka" in wrong.content.decode()
    easier = operator.get(address, tried | {"m-members": "4"})
    assert (easier.status_code, "lebih ringan" in easier.content.decode()) == (422, True)


def test_criteria_are_the_offices_own_matter(world: World) -> None:
    address = reverse("office:growth-rules")
    head = sign_in(world, "head")
    assert head.get(address).status_code == 200
    assert head.post(f"{address}?coba=1&pakai=members&b-members=1&m-members=2", {"alasan": "x"}).status_code in {
        403,
        422,
    }
    assert sign_in(world, "group_officer").get(address).status_code == 403
    assert sign_in(world, "sponsor").get(address).status_code == 403
