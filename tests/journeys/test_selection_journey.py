"""From a messy list of 1,200 rows to the signed decree, in the browser: operator, TKSK, lurah, head of office.

Every button that somebody presses to decide something is counted, and every choice on the form of a meeting; the walk
must stay within 25 of them and within 30 minutes, of which each decision is given 45 seconds of a person's time. With
``BERDAYA_SHOTS=1`` each step leaves a picture for the guide (``docs/guide/img/seleksi-*.png``).
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from berdaya.access.models import Account, Office
from berdaya.access.selectors import actor_for
from berdaya.areas.services import load_areas
from berdaya.documents.models import Document
from berdaya.example.messy import make_messy
from berdaya.kernel.scope import scoped
from berdaya.process.offices import NewOffice, ensure_office
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.models import Candidate, Decree, SignedScan, VillageMeeting
from berdaya.programmes.rules.lottery import commitment
from berdaya.programmes.services import create_programme
from berdaya.programmes.types import ProgrammeConfig
from tests import web_world
from tests.journeys.conftest import check_axe, sign_in, text_of

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]
ROWS, SEED = 1_200, 20_263
SEEDS = ("benih inspektorat 2026", "benih forum warga 2026")
RULES: dict[str, Any] = {
    "programme": {
        "code": "situbondo-uep-2026",
        "name": "UEP Situbondo 2026",
        "area": "35.12",
        "year": 2026,
        "office": "Dinas Sosial Kabupaten Situbondo",
        "scheme": "individual",
        "funding": [{"source": "APBD kabupaten", "share": 1.0}],
    },
    "aid": {"form": "goods", "ceiling_idr": 2_500_000},
    "eligibility": {
        "age": {"min": 18, "max": 60, "or_married": True},
        "desil_max": 4,
        "exclude": ["civil_servant", "army_police", "deceased", "graduated:uep"],
        "cool_off_years": {"business_aid": 1},
    },
    "quota": {"total": 300, "unit": "household"},
    "ranking": {
        "weights": {"desil": 40, "female_head": 15, "disability": 15, "dependants": 15},
        "lottery": {"commitments": [commitment(seed) for seed in SEEDS]},
    },
    "objection": {"days": 3},
    "dates": {"proposal": "2026-03-01", "verification": "2026-04-15"},
    "letter": {
        "name": "Bambang Suryadi (contoh)",
        "nip": "19700101 199503 1 001",
        "position": "Kepala Dinas Sosial",
        "city": "Situbondo",
        "menimbang": ["bahwa keluarga miskin perlu dibantu berusaha;"],
        "mengingat": ["Peraturan Menteri Sosial Nomor 2 Tahun 2019;"],
    },
    "example": {"synthetic": True},
}
PICTURES = ROOT / "docs" / "guide" / "img"
MOST_DECISIONS, MOST_MINUTES, SECONDS_EACH = 25, 30, 45


@dataclass
class Count:
    """What people had to decide, and how long it took."""

    began: float = field(default_factory=time.monotonic)
    decisions: list[str] = field(default_factory=list)
    pictures: int = 0

    @property
    def minutes(self) -> float:
        """Time of the machine, and of the people at a fixed price for each decision."""
        return (time.monotonic() - self.began + SECONDS_EACH * len(self.decisions)) / 60

    def picture(self, page: Any, name: str, at: str = "") -> None:
        """A small picture of the step, where pictures are wanted; ``at`` is the heading it begins with."""
        self.pictures += 1
        check_axe(page, name)
        if os.environ.get("BERDAYA_SHOTS") != "1":
            return
        phone = page.viewport_size["width"] < 500
        page.set_viewport_size({"width": 390, "height": 760} if phone else {"width": 1100, "height": 760})
        if at:
            page.get_by_role("heading", name=at).first.scroll_into_view_if_needed()
            page.mouse.wheel(0, 500)
            page.wait_for_timeout(200)
        with Image.open(io.BytesIO(page.screenshot())) as shot:
            small = shot.convert("RGB").resize((312, 608) if phone else (880, 608)).quantize(48)
            PICTURES.mkdir(parents=True, exist_ok=True)
            small.save(PICTURES / f"seleksi-{self.pictures:02d}-{name}.png", optimize=True)


@dataclass
class Cast:
    """Office, programme and people."""

    config: ProgrammeConfig
    accounts: dict[str, Account]

    @property
    def code(self) -> str:
        return self.config.programme.code

    def to(self, route: str, *args: Any) -> str:
        return reverse(f"office:{route}", args=[self.code, *args])


@pytest.fixture
def cast(transactional_db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.BERDAYA_TODAY, settings.BERDAYA_FILES = date(2026, 4, 20), tmp_path
    config = parse_config(RULES)
    load_areas(within=config.programme.area)
    office: Office = ensure_office(NewOffice("dinsos-uji", config.programme.office, config.programme.area))
    area = config.programme.area
    accounts = {
        name: web_world.sign_up(office, kind, area=area, username=name)
        for name, kind in (("operator", "operator"), ("tksk", "verifier"), ("kadis", "head"))
    }
    operator = actor_for(accounts["operator"].pk)
    with scoped(operator):
        create_programme(actor=operator, config=config)
    return Cast(config, accounts)


def press(page: Any, count: Count, button: str, *, where: Any = None) -> str:
    """A decision: a button is pressed, the page says what came of it."""
    count.decisions.append(button)
    (where or page).get_by_role("button", name=button).first.click()
    page.wait_for_load_state()
    return text_of(page)


def step(page: Any, cast: Cast, count: Count, code: str, button: str) -> str:
    page.goto(cast.to("steps"))
    return press(page, count, button, where=page.locator(f"#{code}"))


def results(put_off: set[str]) -> bytes:
    """The sheet that TKSK bring back: every house visited, every village has met; two names were put off."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["No", "Tanggal", "Verifikator", "Hasil", "Tanggal Musyawarah", "Keputusan Musyawarah", "Catatan"])
    for ref in Candidate.objects.filter(state="eligible").order_by("list_no").values_list("ref", flat=True):
        gone = _gone(ref)
        met = ref not in put_off and not gone
        writer.writerow([
            ref, "2026-04-18", "Yusuf Harahap (contoh)", "pindah" if gone else "layak",
            "2026-04-19" if met else "", "diterima" if met else "", "",
        ])  # fmt: skip
    return out.getvalue().encode()


def put_off() -> tuple[int, set[str]]:
    """A village, and two of its candidates about whom its meeting has not decided yet."""
    village = Candidate.objects.filter(state="eligible").order_by("area").values_list("area", flat=True)[0]
    every = Candidate.objects.filter(state="eligible", area=village).order_by("list_no").values_list("ref", flat=True)
    return village, set([ref for ref in every if not _gone(ref)][:2])


def _gone(ref: str) -> bool:
    return int(hashlib.sha256(ref.encode()).hexdigest(), 16) % 25 == 0


def test_from_1200_messy_rows_to_the_signed_decree(cast: Cast, open_page: Callable[..., Any], settings: Any) -> None:
    count = Count()
    pages = {name: open_page() for name in cast.accounts}
    for name, page in pages.items():
        sign_in(page, name)
    operator, tksk, kadis = pages["operator"], pages["tksk"], pages["kadis"]
    listed(operator, cast, count)
    village, undecided = put_off()
    office = cast.accounts["operator"].roles.get().office
    lurah = open_page(width=390)
    sign_in(lurah, web_world.sign_up(office, "lurah", area=village, above=True, username="lurah").username)

    operator.goto(cast.to("visits"))
    count.picture(operator, "kunjungan")
    press(operator, count, "Bagi tugas")
    tksk.goto("/tugas/")
    count.picture(tksk, "tugas-tksk")
    tksk.goto(cast.to("visits"))
    sheet = {"name": "hasil.csv", "mimeType": "text/csv", "buffer": results(undecided)}
    tksk.set_input_files("#lembar", sheet)
    assert "menunggu musyawarah" in press(tksk, count, "Baca lembar")
    count.picture(tksk, "hasil-kunjungan")

    met(operator, lurah, cast, count)
    drawn(operator, kadis, cast, count)
    heard(operator, lurah, kadis, cast, count)
    settings.BERDAYA_TODAY = date(2026, 5, 20)
    signed(operator, kadis, open_page, cast, count)
    assert len(count.decisions) <= MOST_DECISIONS, count.decisions
    assert count.minutes <= MOST_MINUTES
    print(f"\n{len(count.decisions)} decisions, {count.minutes:.1f} minutes: {', '.join(count.decisions)}")


def listed(operator: Any, cast: Cast, count: Count) -> None:
    """The messy file is read; broken rows are named; everybody is screened and judged."""
    operator.goto(cast.to("upload"))
    content = make_messy(seed=SEED, rows=ROWS).written("xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    operator.set_input_files("#berkas", {"name": "usulan-desa.xlsx", "mimeType": kind, "buffer": content})
    press(operator, count, "Baca berkas")
    assert "baris diterima" in text_of(operator)
    count.picture(operator, "daftar")
    assert Candidate.objects.count() > ROWS * 3 // 4
    assert "memenuhi syarat" in step(operator, cast, count, "saring", "Saring dan nilai")
    operator.goto(cast.to("programme").replace("//", "/"))
    count.picture(operator, "corong")
    operator.goto(f"{cast.to('simulation')}?coba=1&total=300&bobot-desil=60")
    assert "keluar bila aturan ini dipakai" in text_of(operator)
    count.picture(operator, "simulasi", "Menurut wilayah")


def met(operator: Any, lurah: Any, cast: Cast, count: Count) -> None:
    """The last village meets: the lurah records, the office accepts."""
    operator.goto(cast.to("meetings"))
    press(operator, count, "Rencanakan musyawarah")
    meeting = VillageMeeting.objects.get()
    lurah.goto(cast.to("meeting", meeting.pk))
    for number, (name, role) in enumerate((("Nurhayati", "lurah"), ("Slamet", "RW"), ("Tuti", "kader")), start=1):
        lurah.locator(f"[name=hadir-{number}]").fill(name)
        lurah.locator(f"[name=jabatan-{number}]").fill(role)
    lurah.get_by_label("Tempat").fill("Aula kelurahan")
    lurah.get_by_label("Pimpinan musyawarah").fill("Nurhayati")
    for choice in lurah.locator("select[name^=putusan-]").all():
        choice.select_option("accepted")
        count.decisions.append("keputusan musyawarah")
    count.picture(lurah, "musyawarah")
    assert "petugas lain menerimanya" in press(lurah, count, "Simpan musyawarah")
    operator.goto(cast.to("meeting", meeting.pk))
    count.picture(operator, "berita-acara")
    assert "lolos verifikasi" in press(operator, count, "Terima berita acara")


def drawn(operator: Any, kadis: Any, cast: Cast, count: Count) -> None:
    """The list is frozen, two parties open their seeds, the places are given out."""
    step(operator, cast, count, "beku", "Bekukan daftar")
    for page, party, seed in ((operator, "1", SEEDS[0]), (kadis, "2", SEEDS[1])):
        page.goto(cast.to("steps"))
        page.locator("#undian select").select_option(party)
        page.locator("#undian-benih").fill(seed)
        assert "cocok dengan komitmennya" in press(page, count, "Buka benih", where=page.locator("#undian"))
    assert "terpilih" in step(operator, cast, count, "peringkat", "Jalankan peringkat")
    count.picture(operator, "peringkat")
    first = Candidate.objects.filter(state="waiting").order_by("rank")[0]
    operator.goto(cast.to("decision", first.pk))
    assert "Mengapa urutannya begini" in text_of(operator)
    count.picture(operator, "penjelasan", "Mengapa urutannya begini")


def heard(operator: Any, lurah: Any, kadis: Any, cast: Cast, count: Count) -> None:
    """The provisional list hangs in the villages; one objection comes in and is decided by the head."""
    operator.goto(cast.to("objections"))
    assert "Masa sanggah" in press(operator, count, "Umumkan")
    lurah.goto(cast.to("objections"))
    against = Candidate.objects.filter(area__in=[VillageMeeting.objects.get().area], place__gt="")[0]
    lurah.get_by_text("Catat sanggahan").click()
    lurah.get_by_label("Nomor usulan orang itu").fill(against.ref)
    lurah.get_by_label("Isi sanggahan").fill("Kata tetangga, ia sudah bekerja di pabrik.")
    count.picture(lurah, "sanggahan")
    assert "orang lain yang memutus" in press(lurah, count, "Simpan sanggahan")
    kadis.goto(cast.to("objections"))
    kadis.get_by_text("Putuskan", exact=True).click()
    kadis.get_by_label("Alasan").first.fill("Dikunjungi lagi: pekerjaannya buruh lepas, masih memenuhi syarat.")
    count.picture(kadis, "putusan-sanggahan")
    assert "Sanggahan ditolak dengan alasan." in press(kadis, count, "Tolak sanggahan")


def signed(operator: Any, kadis: Any, open_page: Callable[..., Any], cast: Cast, count: Count) -> None:
    """The decree is proposed, approved, issued; its annex and QR are looked at; the signed paper comes back."""
    operator.goto(cast.to("steps"))
    operator.locator("#usul-sk-nomor").fill("188.4/512/2026")
    operator.locator("#usul-sk-tanggal").fill("2026-05-20")
    press(operator, count, "Usulkan SK", where=operator.locator("#usul-sk"))
    decree = Decree.objects.get()
    kadis.goto(cast.to("approve", decree.approval_id))
    count.picture(kadis, "persetujuan")
    press(kadis, count, "Setujui")
    assert "terbit" in step(operator, cast, count, "surat-sk", "Terbitkan surat SK")
    operator.goto(cast.to("decrees"))
    with operator.expect_download() as download:
        operator.get_by_role("link", name="Lampiran (XLSX)").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    decree.refresh_from_db()
    operator.get_by_text("Unggah pindaian bertanda tangan").first.click()
    scan = {"name": "sk.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 ditandatangani"}
    operator.set_input_files(f"#berkas-{decree.document_id}", scan)
    press(operator, count, "Simpan pindaian")
    assert SignedScan.objects.get().document_id == decree.document_id
    count.picture(operator, "sk")
    citizen = open_page(width=390)
    citizen.goto(f"/dok/{Document.objects.get(pk=decree.document_id).token}/")
    shown = text_of(citizen)
    assert "Surat ini tercatat" in shown
    names = list(Candidate.objects.filter(state="decreed").values_list("person__name", flat=True)[:20])
    assert names
    assert not any(name in shown for name in names)
    count.picture(citizen, "keaslian")
