"""What happens in the villages on a walk: a meeting with its consents, the provisional list, objections, a referral.

Outside a demo people do this on the office web; a walk then only posts the list that the rules ask for. In a demo one
village of each programme of families meets, agrees and objects, the same way every time, so that the pages show it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from berdaya.areas.codes import Level, level_of
from berdaya.kernel import clock
from berdaya.people.consent_texts import OFFICIAL, languages, local_language
from berdaya.people.services.consent import NewConsent, record_consents_many
from berdaya.process import papers
from berdaya.process.folder import Folder
from berdaya.process.walk import Walk
from berdaya.programmes import services
from berdaya.programmes.models import Candidate, Objection, OfferedProgramme, ProvisionalList, Referral, VillageMeeting
from berdaya.programmes.rules.kin import Attendee
from berdaya.programmes.services.meetings import Decided, Minutes
from berdaya.programmes.services.objections import NewObjection
from berdaya.programmes.services.referrals import NewOffer
from berdaya.programmes.types import Subject

MOST_AGENDA = 25
"""The demo's village is the largest one whose agenda stays readable."""
PRESENT = (
    Attendee("Nurhayati (contoh)", "lurah/kepala desa"),
    Attendee("Slamet Riyadi (contoh)", "ketua BPD/LMK"),
    Attendee("Yusuf Harahap (contoh)", "TKSK"),
    Attendee("Tuti Alawiyah (contoh)", "kader", decides=False),
)
OBJECTIONS = (
    (
        "against",
        "spoken",
        "Menurut tetangga, ia sudah punya toko di kota.",
        "Dicek: toko itu milik kakaknya.",
    ),
    ("against", "paper", "Rumahnya tembok dan punya dua motor.", "Satu motor milik saudara; desil tetap dalam batas."),
    ("missing", "spoken", "Ibu di ujung gang belum didata.", "Dicatat untuk usulan tahun berikutnya."),
)


def meet(walk: Walk, files: Folder) -> str:
    """One village meets, in a demo; minutes are recorded by one person and accepted by another."""
    if walk.checker is None or not _of_families(walk):
        return "dicatat di web kantor"
    said = {row.ref: row for row in files.verification}
    day = walk.config.dates.verification or walk.config.dates.proposal
    with walk.acting("meeting") as actor:
        if not said or VillageMeeting.objects.filter(programme=walk.programme).exists():
            return "sudah dicatat"
        village = _village(walk)
        if village is None:
            return "tidak ada desa dengan calon"
        services.plan_meetings(actor=actor, programme_id=walk.programme, planned_on=day, areas=(village,))
        meeting = VillageMeeting.objects.get(programme=walk.programme)
        agenda = list(
            Candidate.objects.filter(meeting_decisions__meeting=meeting)
            .order_by("list_no")
            .values_list("pk", "ref", "household_id")
        )
        decided = tuple(
            Decided(pk, "accepted")
            if ref in said and said[ref].meeting_decision == "accepted"
            else Decided(pk, "rejected", "tidak ditemukan atau tidak sesuai saat kunjungan")
            for pk, ref, _ in agenda
        )
        minutes = Minutes(day, "Balai pertemuan", PRESENT[0].name, PRESENT, decided)
        services.record_meeting(actor=actor, meeting_id=meeting.pk, minutes=minutes)
        homes = [home for _, _, home in agenda if home]
        given = record_consents_many(
            actor=actor, consents=[_consent(walk, home, at, village) for at, home in enumerate(homes)]
        )
    with walk.checking("meeting") as checker:
        services.accept_meeting(actor=checker, meeting_id=meeting.pk, on=day)
    with walk.acting("meeting") as actor:
        papers.meeting_minutes(actor=actor, meeting_id=meeting.pk)
    return f"1 musyawarah, {len(decided)} calon, {given} persetujuan"


def _of_families(walk: Walk) -> bool:
    return walk.config.subject is Subject.HOUSEHOLD


def _village(walk: Walk) -> int | None:
    counted: dict[int, int] = {}
    rows = Candidate.objects.filter(programme=walk.programme, state="eligible").values_list("area", flat=True)
    for area in rows:
        if level_of(area) is Level.VILLAGE:
            counted[area] = counted.get(area, 0) + 1
    fitting = [(count, -area) for area, count in counted.items() if count <= MOST_AGENDA]
    return -max(fitting)[1] if fitting else None


def _consent(walk: Walk, home: UUID, at: int, village: int) -> NewConsent:
    """Every second family hears it in the language of the place."""
    code = local_language(village) if at % 2 else OFFICIAL
    language = next(item.name for item in languages() if item.code == code)
    day = walk.config.dates.verification or walk.config.dates.proposal
    thumb = at % 4 == 3
    return NewConsent(
        home, "programme", day, "thumbprint" if thumb else "signature", language, PRESENT[2].name,
        PRESENT[1].name if thumb else "", copy_left=True,
    )  # fmt: skip


def hear(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """Post the provisional list where the rules ask for it; in a demo always, with objections that are decided."""
    days = walk.config.objection_days
    demo = walk.checker is not None and _of_families(walk)
    if not days and not demo:
        return "tanpa masa sanggah"
    dates = walk.config.dates
    ranked = dates.verification or dates.proposal
    on = ranked if demo else clock.today()
    with walk.acting("objections") as actor:
        if ProvisionalList.objects.filter(programme=walk.programme).exists():
            return "sudah diumumkan"
        decree = walk.config.letter.decree_date or dates.decree
        room = (decree - on).days - 1 if decree else 7
        if demo and room < max(days, 1):
            return "tanpa masa sanggah: SK terlalu dekat"
        services.post_list(
            actor=actor, programme_id=walk.programme, on=on, days=min(7, room) if demo and not days else days
        )
    return _object(walk) if demo else f"diumumkan, sanggahan {days} hari"


def _object(walk: Walk) -> str:
    """Three objections of a demo, decided by the second person; none of them moves a place."""
    with walk.acting("objections") as actor:
        posted = ProvisionalList.objects.get(programme=walk.programme)
        refs = iter(
            Candidate.objects.filter(programme=walk.programme, state="selected")
            .order_by("rank")
            .values_list("ref", "area")[7:9]
        )
        made = []
        for about, channel, words, reason in OBJECTIONS:
            ref, area = next(refs, ("", walk.config.programme.area)) if about == "against" else ("", 0)
            heard = NewObjection(
                words, channel, about if ref or about != "against" else "other",  # type: ignore[arg-type]
                posted.posted_on + timedelta(days=1), ref=ref, area=area,
            )  # fmt: skip
            made.append((services.hear_objection(actor=actor, programme_id=walk.programme, heard=heard), reason))
    with walk.checking("objections") as checker:
        for key, reason in made:
            services.decide_objection(
                actor=checker, objection_id=key, upheld=False, reason=reason, on=posted.posted_on + timedelta(days=2)
            )
        count = Objection.objects.filter(programme=walk.programme).count()
    return f"daftar sementara {posted.lines} calon, {count} sanggahan diputus"


def refer(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """The office's register of programmes, and one family that fits another programme better, in a demo."""
    if walk.checker is None or not _of_families(walk):
        return "diisi di web kantor"
    on = walk.config.dates.verification or walk.config.dates.proposal
    with walk.acting("referrals") as actor:
        services.save_offers_many(actor=actor, offers=_offers(walk))
        if Referral.objects.filter(candidate__programme=walk.programme).exists():
            return "sudah dirujuk"
        one = Candidate.objects.filter(programme=walk.programme, state="ineligible").order_by("list_no").first()
        if one is None:
            return "tidak ada yang dirujuk"
        offer = OfferedProgramme.objects.get(office_id=actor.office or 0, code="keterampilan")
        made = services.refer(
            actor=actor, candidate_id=one.pk, offer_id=offer.pk, on=on, answer_due=on + timedelta(days=14),
            reason="Belum memenuhi syarat program ini, tetapi ingin belajar keterampilan usaha.",
        )  # fmt: skip
        papers.referral_letter(actor=actor, referral_id=made)
        services.answer_referral(
            actor=actor, referral_id=made, answer="accepted", note="Masuk kelas bulan berikutnya.",
            on=on + timedelta(days=9),
        )  # fmt: skip
        count = OfferedProgramme.objects.filter(office_id=actor.office or 0).count()
    return f"{count} program dalam daftar, 1 keluarga dirujuk"


def _offers(walk: Walk) -> list[NewOffer]:
    office, area = walk.config.programme.office, walk.config.programme.area
    since = walk.config.dates.proposal.replace(month=1, day=1)
    contact = f"Loket layanan {office} (contoh)"

    def one(
        code: str, name: str, *, aim: str, target: str, form: str, conditions: dict[str, object], provider: str = ""
    ) -> NewOffer:
        return NewOffer(
            code=code, name=name, provider=provider or office, aim=aim, target=target, form=form, contact=contact,
            how="Datang ke kantor desa/kelurahan dengan KTP dan KK; TKSK mengunjungi rumah.", open_from=since,
            conditions=conditions, area=area, synthetic=True,
        )  # fmt: skip

    return [
        one(
            "uep", "Usaha ekonomi produktif", aim="Keluarga miskin memulai atau menguatkan usahanya.",
            target="Keluarga miskin yang mau berusaha", form="barang modal dan pendampingan 24 bulan",
            conditions={"desil_max": 4, "age_min": 18, "age_max": 60},
        ),
        one(
            "keterampilan", "Pelatihan keterampilan", aim="Mendapat keterampilan sebelum berusaha atau bekerja.",
            target="Siapa pun berumur 15–45 tahun", form="pelatihan dan sertifikat",
            conditions={"age_min": 15, "age_max": 45},
        ),
        one(
            "alat-bantu", "Alat bantu dan usaha penyandang disabilitas", aim="Berusaha dengan alat yang sesuai.",
            target="Penyandang disabilitas dan keluarganya", form="alat bantu dan modal usaha",
            conditions={"disability": True},
        ),
        *_neighbours(walk, one),
    ]  # fmt: skip


def _neighbours(walk: Walk, one: Callable[..., NewOffer]) -> list[NewOffer]:
    """What the other offices (OPD) of a province give, each with an aim of its own."""
    if level_of(walk.config.programme.area) is not Level.PROVINCE:
        return []
    place = walk.config.programme.office.removeprefix("Dinas Sosial ")
    return [
        one(
            "wirausaha-pemula", "Wirausaha pemula", provider=f"Dinas Koperasi dan UKM {place} (contoh)",
            aim="Usaha yang sudah jalan naik kelas dan berbadan hukum.", target="Usaha mikro yang sudah berjalan",
            form="pendampingan izin, kredit bersubsidi", conditions={"age_min": 18, "age_max": 55},
        ),
        one(
            "alat-ikm", "Alat produksi industri kecil", provider=f"Dinas Perindustrian {place} (contoh)",
            aim="Industri rumahan menambah produksi dan mutunya.", target="Kelompok pengolah pangan dan kerajinan",
            form="mesin pinjam pakai dan uji mutu", conditions={"age_min": 18},
        ),
        one(
            "olah-ikan", "Pengolahan hasil perikanan", provider=f"Dinas Kelautan dan Perikanan {place} (contoh)",
            aim="Hasil tangkapan diolah sebelum dijual.", target="Keluarga nelayan dan pengolah ikan",
            form="peralatan pengolahan dan rantai dingin", conditions={"desil_max": 6},
        ),
        one(
            "pekarangan", "Pekarangan pangan lestari", provider=f"Dinas Ketahanan Pangan {place} (contoh)",
            aim="Pangan keluarga dari pekarangan, sisanya dijual.", target="Perempuan di desa rawan pangan",
            form="bibit, pupuk, pelatihan", conditions={"sex": "P", "desil_max": 5},
        ),
    ]  # fmt: skip
