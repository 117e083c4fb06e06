"""The steps of a programme on one page: what is done, what is possible now, who is waited for, what stands between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import PERMISSIONS, can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.scope import Actor
from berdaya.process.overview.steps import State, Step, StepsView, programme_steps
from berdaya.web.components.parts import Badge, Crumb, Tone
from berdaya.web.components.tables import Option
from berdaya.web.office import words
from berdaya.web.office.programmes import tabs
from berdaya.web.session import OfficeRequest, office_page, way

OFFICE_ROLES = ("operator", "verifier", "supervisor", "head")


@dataclass(frozen=True)
class Field:
    """One entry of a step's form; with options it is a choice."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    limit: int = 80


@dataclass(frozen=True)
class Action:
    """The button of a step: what it says, what will happen, what it asks for."""

    href: str
    button: str
    will: str
    fields: tuple[Field, ...] = ()
    primary: bool = False


@dataclass(frozen=True)
class Row:
    """One step as the page shows it."""

    code: str
    name: str
    badge: Badge
    said: str
    who: str
    action: Action | None = None
    link: tuple[str, str] = ("", "")
    current: bool = False


@office_page("programme.read")
def steps(request: OfficeRequest, code: str) -> HttpResponse:
    """Every step in its order; the actor's own button stands where it is possible now."""
    view = programme_steps(actor=request.actor, code=code)
    context = {
        "view": view,
        "rows": _rows(view, request.actor),
        "tabs": tabs(code, "steps", steps=True),
        "progress": _progress(view),
        "crumbs": (
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(view.name, reverse("office:programme", args=[code])),
            Crumb(_("Langkah")),
        ),
    }
    return render(request, "office/steps.html", context)


def _progress(view: StepsView) -> str:
    done = sum(step.state in {State.DONE, State.SKIPPED} for step in view.steps)
    figures = {"done": fmt.number(done), "total": fmt.number(len(view.steps))}
    return _("%(done)s dari %(total)s langkah selesai") % figures


def _rows(view: StepsView, actor: Actor) -> list[Row]:
    rows: list[Row] = []
    first = True
    for step in view.steps:
        action = _action(view, step, actor, primary=first)
        link = _link(view, step, actor)
        mine = step.state in {State.NOW, State.WAITS} and (action is not None or bool(link[0]))
        rows.append(
            Row(step.code, name(step.code), _badge(step), _said(step), _who(view, step), action, link,
                current=first and mine)
        )  # fmt: skip
        first = first and not mine
    return rows


def name(code: str) -> str:
    """Name of a step."""
    return {
        "daftar": _("Daftar calon"),
        "saring": _("Saring dan nilai"),
        "verifikasi": _("Verifikasi dan musyawarah"),
        "beku": _("Bekukan daftar"),
        "undian": _("Benih undian"),
        "peringkat": _("Peringkat dalam kuota"),
        "sanggah": _("Masa sanggah"),
        "usul-sk": _("Usul SK"),
        "sah-sk": _("Persetujuan SK"),
        "surat-sk": _("Surat SK"),
        "kelas": _("Penempatan kelas"),
        "terbit": _("Penerbitan penempatan"),
        "kelompok": _("Pembentukan kelompok"),
        "usaha": _("Usaha penerima"),
        "salur": _("Penyaluran"),
        "status": _("Keadaan usaha"),
        "nilai": _("Nilai graduasi"),
        "lulus": _("Persetujuan graduasi"),
        "laporan": _("Laporan program"),
    }[code]


def _badge(step: Step) -> Badge:
    text, tone, mark = {
        State.DONE: (_("selesai"), "good", "tick"),
        State.NOW: (_("dapat dilakukan"), "info", "half"),
        State.WAITS: (_("menunggu"), "warn", "half"),
        State.LATER: (_("belum"), "none", "ring"),
        State.SKIPPED: (_("tidak diperlukan"), "none", "diamond"),
    }[step.state]
    kind: Tone = tone  # type: ignore[assignment]
    return Badge(text, kind, mark)


def _who(view: StepsView, step: Step) -> str:
    """Day and people of what is done; of what is open, the roles that may do it."""
    people = ", ".join(view.names[account] for account in step.by if account in view.names)
    if step.state is State.DONE:
        return words.join((fmt.day(step.on) if step.on else "", people))
    if step.state in {State.NOW, State.WAITS}:
        roles = [words.role(role) for role in OFFICE_ROLES if step.permission in PERMISSIONS[role]]
        last = _("terakhir %(day)s") % {"day": fmt.day(step.on)} if step.on else ""
        made = _("dibuat %(people)s") % {"people": people} if people and step.state is State.WAITS else ""
        return words.join((_("oleh %(roles)s") % {"roles": _(" atau ").join(roles)}, made, last))
    return ""


def _why(code: str) -> str:
    """What stands in the way of a step, or why it is not needed."""
    return {
        "no_list": _("Unggah daftar lebih dahulu."),
        "not_asked": _("Aturan program ini tidak meminta verifikasi."),
        "not_screened": _("Saring dan nilai semua calon lebih dahulu."),
        "nobody_eligible": _("Tidak ada calon yang memenuhi syarat."),
        "not_verified": _("Belum ada calon yang terverifikasi."),
        "no_tie": _("Tidak ada nilai seri; tidak perlu diundi."),
        "promised_in_rules": _("Komitmen dua pihak ada pada aturan program dan dicatat saat daftar dibekukan."),
        "not_frozen": _("Bekukan daftar lebih dahulu."),
        "no_period_asked": _("Aturan program ini tidak meminta masa sanggah; daftar sementara boleh diumumkan."),
        "objections": _("Tunggu masa sanggah berakhir dan semua sanggahan diputus."),
        "not_ranked": _("Jalankan peringkat lebih dahulu."),
        "nobody_selected": _("Tidak ada calon terpilih."),
        "no_draft": _("Usulkan SK lebih dahulu."),
        "not_approved": _("Tunggu persetujuan SK."),
        "not_decreed": _("Tunggu SK yang disetujui."),
        "no_classes": _("Belum ada kelas. Kelas dibaca dari classes.xlsx pada folder program."),
        "no_placement": _("Usulkan penempatan lebih dahulu."),
        "not_published": _("Tunggu penerbitan penempatan."),
        "no_groups": _("Bentuk kelompok lebih dahulu."),
        "no_businesses": _("Belum ada usaha."),
        "no_status": _("Hitung status lebih dahulu."),
        "not_assessed": _("Nilai graduasi lebih dahulu."),
        "nobody_met": _("Belum ada usaha yang memenuhi semua kriteria."),
    }.get(code, "")


def _said(step: Step) -> str:
    """One sentence of evidence."""
    if step.why:
        return _why(step.why)
    return _evidence(step) if step.state is State.DONE else _open(step)


class _Shown(dict[str, str]):
    """Figures as people read them; what nobody counted is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _figures(step: Step) -> _Shown:
    shown = {key: _shown(value) for key, value in step.counts.items()}
    return _Shown(shown, sha=shown.get("sha256", "")[:16])


def _shown(value: object) -> str:
    if isinstance(value, date):
        return fmt.day(value)
    return fmt.number(value) if isinstance(value, int) else str(value)


def _evidence(step: Step) -> str:
    text = {
        "daftar": _("%(total)s calon pada daftar, %(duplicate)s ganda."),
        "saring": _("%(passed)s dari %(total)s memenuhi syarat."),
        "verifikasi": _("%(passed)s diterima, %(refused)s gugur, %(open)s belum diverifikasi."),
        "beku": _("%(count)s calon dalam daftar beku. Sidik SHA-256: %(sha)s…"),
        "undian": _("Kedua pihak sudah membuka benihnya."),
        "peringkat": _("%(selected)s terpilih, %(waiting)s menunggu, %(contested)s ditentukan undian."),
        "sanggah": _("Masa sanggah berakhir %(closes_on)s; %(heard)s sanggahan, semua diputus."),
        "usul-sk": _("SK %(number)s dengan %(lines)s penerima."),
        "sah-sk": _("SK %(number)s berlaku untuk %(lines)s penerima."),
        "surat-sk": _("SK %(number)s dengan lampirannya sudah terbit."),
        "kelas": _("%(placed)s mendapat kursi di %(classes)s kelas, %(unplaced)s tanpa kursi."),
        "terbit": _("%(placed)s orang mendapat kursi."),
        "kelompok": _("%(formed)s kelompok terbentuk."),
        "usaha": _("%(businesses)s usaha dimulai."),
        "salur": _("%(received)s dari %(decreed)s penerima sudah menerima."),
        "status": _("Status %(businesses)s usaha sudah dihitung hari ini."),
        "nilai": _("%(businesses)s usaha dinilai, %(met)s memenuhi semua kriteria."),
        "lulus": _("%(met)s usaha lulus."),
        "laporan": _("Laporan hari ini sudah dibuat."),
    }[step.code]
    if int(step.counts.get("decrees", 0)) > 1 and step.code in {"usul-sk", "sah-sk", "surat-sk"}:
        text = {
            "usul-sk": _("%(decrees)s SK; yang terakhir %(number)s dengan %(lines)s penerima."),
            "sah-sk": _("%(decrees)s SK berlaku untuk %(all)s penerima."),
            "surat-sk": _("%(decrees)s SK dengan lampirannya sudah terbit."),
        }[step.code]
    return text % _figures(step)


def _open(step: Step) -> str:
    """What is open, where it says more than the button."""
    text = {
        "verifikasi": _("%(open)s belum diverifikasi, %(passed)s diterima, %(refused)s gugur."),
        "undian": _("%(promised)s dari 2 pihak berkomitmen, %(opened)s benih terbuka. Diperlukan bila ada nilai seri."),
        "sanggah": _("Masa sanggah sampai %(closes_on)s; %(heard)s sanggahan, %(open)s belum diputus.")
        if step.counts.get("posted")
        else _("Umumkan daftar sementara; masa sanggah %(days)s hari."),
        "sah-sk": _("SK %(number)s dengan %(lines)s penerima menunggu orang kedua."),
        "terbit": _("Penempatan %(placed)s orang menunggu orang kedua."),
        "salur": _("%(received)s dari %(decreed)s penerima sudah menerima."),
        "lulus": _("%(open)s usaha menunggu orang kedua."),
    }.get(step.code, "")
    return text % _figures(step)


def _link(view: StepsView, step: Step, actor: Actor) -> tuple[str, str]:
    """The page where a step is looked at or taken, where the role may open it: address and words."""
    code, letter = view.code, view.evidence.letter_id
    if step.approval_id is not None:
        mine = step.state is State.WAITS and can(actor, step.permission) and actor.account_id not in step.by
        text = _("Periksa dan setujui") if mine else _("Lihat persetujuan")
        return reverse("office:approve", args=[code, step.approval_id]), text
    listing = {"kelas": "classes", "salur": "handovers", "usaha": "businesses"}.get(step.code)
    address = way(f"office:{listing}") if listing and step.state is not State.LATER else ""
    if address:
        return f"{address}?programme={code}", _("Lihat daftarnya")
    pages = {
        "daftar": ("import.run", reverse("office:upload", args=[code]), _("Unggah daftar")),
        "laporan": ("report.read", reverse("office:report", args=[code]), _("Lihat angka laporan")),
    }
    if step.state is State.NOW:
        visits = reverse("office:visits", args=[code])
        pages["verifikasi"] = ("family.read", visits, _("Buka kunjungan dan musyawarah"))
    if step.state is not State.LATER:
        pages["sanggah"] = ("programme.read", reverse("office:objections", args=[code]), _("Buka daftar dan sanggahan"))
    if step.code in {"undian", "surat-sk"} and step.state is State.DONE:
        pages[step.code] = ("document.read", reverse("office:decrees", args=[code]), _("Buka berita acara dan SK"))
    elif letter is not None:
        file = reverse("office:document-file", args=[letter])
        pages["surat-sk"] = ("document.read", file, _("Buka SK (PDF)"))
    permission, href, text = pages.get(step.code, ("", "", ""))
    return (href, text) if permission and can(actor, permission) else ("", "")


def _action(view: StepsView, step: Step, actor: Actor, *, primary: bool) -> Action | None:
    """The button of a step that this actor may take now; none where somebody else, or nobody, can."""
    if step.code == "sah-sk":
        return _filling(view, step, actor)
    own = step.code == "lulus" and actor.account_id in step.by
    open_ = step.state is State.NOW or step.again or (step.code == "lulus" and step.state is State.WAITS)
    if not open_ or own or actor.office == 0 or not can(actor, step.permission):
        return None
    known = _buttons(step).get(step.code)
    if known is None:
        return None
    button, will = known
    fields = _fields(view, step, actor)
    if fields is None:
        return None
    shown = {key: fmt.number(value) if isinstance(value, int) else value for key, value in step.counts.items()}
    href = reverse("office:step", args=[view.code, step.code])
    return Action(
        href, button, will % shown if shown else will, fields, primary=primary and step.state is not State.DONE
    )


def _filling(view: StepsView, step: Step, actor: Actor) -> Action | None:
    """While a decree waits, its maker may give places that fell free to the waiting list."""
    if step.state is not State.WAITS or actor.office == 0 or not can(actor, "decree.propose"):
        return None
    return Action(
        reverse("office:step", args=[view.code, step.code]),
        _("Isi tempat yang gugur"),
        _("Calon disaring sekali lagi; tempat yang gugur diberikan kepada daftar tunggu, peringkat terbaik dahulu."),
    )


def _buttons(step: Step) -> dict[str, tuple[str, str]]:
    """Step -> what the button says and what will happen."""
    frozen = _("Sebanyak %(count)s calon dinomori, diberi nilai dan disidik; sesudah benih dibuka daftar tetap.")
    if step.counts.get("open"):
        frozen = _("Sebanyak %(count)s calon dibekukan. %(open)s yang belum diverifikasi tidak ikut.")
    committing = step.counts.get("promised", 0) < 2
    return {
        "saring": (
            _("Saring lagi") if step.again else _("Saring dan nilai"),
            _("Sebanyak %(total)s calon dicocokkan dengan daftar pengecualian dan bantuan lain, lalu dinilai."),
        ),
        "beku": (_("Bekukan ulang") if step.again else _("Bekukan daftar"), frozen),
        "undian": (_("Catat komitmen"), _("Setiap pihak mencatat SHA-256 dari benihnya. Dua pihak, dua akun."))
        if committing
        else (_("Buka benih"), _("Benih dicocokkan dengan komitmen pihak itu. Dua pihak, dua akun.")),
        "peringkat": (_("Jalankan peringkat"), _("Sebanyak %(count)s calon diperingkat dan kuota dibagikan.")),
        "usul-sk": (_("Usulkan SK"), _("SK untuk %(selected)s calon terpilih; orang kedua yang menyetujui.")),
        "surat-sk": (_("Terbitkan surat SK"), _("Surat SK %(number)s dengan lampiran %(lines)s penerima dibuat.")),
        "kelas": (
            _("Usulkan penempatan"),
            _("Sebanyak %(decreed)s penerima dicocokkan dengan %(classes)s kelas; orang kedua yang menerbitkan."),
        ),
        "kelompok": (_("Bentuk kelompok"), _("Kelompok dibentuk dari %(decreed)s penerima menurut usaha dan wilayah.")),
        "usaha": (_("Mulai usaha"), _("Satu usaha untuk setiap penerima: %(decreed)s penerima.")),
        "status": (
            _("Hitung lagi") if step.again else _("Hitung status"),
            _("Status %(businesses)s usaha dihitung dari bukti, dan tugas diberikan kepada kantor yang tepat."),
        ),
        "nilai": (_("Nilai graduasi"), _("Sebanyak %(businesses)s usaha dinilai; orang kedua yang meluluskan.")),
        "lulus": (_("Luluskan"), _("Sebanyak %(open)s usaha lulus; keluarganya memberi tempat kepada yang lain.")),
        "laporan": (_("Buat laporan"), _("Angka hari ini dibekukan; PDF dan XLSX dibuat dari angka yang sama.")),
    }


def _fields(view: StepsView, step: Step, actor: Actor) -> tuple[Field, ...] | None:
    """What a step asks for; None where this actor has nothing to give."""
    if step.code == "usul-sk":
        letter, dates = view.config.letter, view.config.dates
        known = view.evidence.decree_number
        number = letter.decree_number if letter.decree_number != known else ""
        day = letter.decree_date or dates.decree or clock.today()
        return (
            Field("nomor", _("Nomor SK"), value=number),
            Field("tanggal", _("Tanggal SK"), "date", value=day.isoformat()),
        )
    if step.code != "undian":
        return ()
    promises = {promise.party: promise for promise in view.evidence.promises}
    if len(promises) < 2:
        free = [party for party in (1, 2) if party not in promises]
        hint = _("sha256: diikuti 64 angka heksadesimal")
        return _party(free), Field("komitmen", _("Komitmen"), hint=hint, limit=71)
    if any(promise.opened_by == actor.account_id for promise in promises.values()):
        return None
    closed = [party for party, promise in promises.items() if promise.opened_on is None]
    hint = _("Persis seperti saat dikomitmenkan; terbaca umum sesudah dibuka.")
    return _party(closed), Field("benih", _("Benih"), hint=hint, limit=200)


def _party(numbers: list[int]) -> Field:
    options = tuple(
        Option(str(number), _("Pihak %(number)s") % {"number": number}, index == 0)
        for index, number in enumerate(numbers)
    )
    return Field("pihak", _("Pihak"), "select", options=options)
