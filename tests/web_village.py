"""A meeting, a provisional list, an objection, an offer and a scan for the web tests' world; made as the owner."""

from __future__ import annotations

from datetime import date

from berdaya.files import store
from berdaya.files.models import StoredFile
from berdaya.programmes.models import (
    Decree,
    MeetingDecision,
    Objection,
    OfferedProgramme,
    ProvisionalList,
    SelectionEntry,
    VillageMeeting,
)
from tests.web_things import TODAY, VILLAGES
from tests.web_world import World


def add(world: World) -> None:
    """One of each, in the village of the world's first candidate; the period runs on the day of the tests."""
    programme, run, first = world.ids["programme"], world.ids["run"], world.ids["candidate"]
    where = {"area": VILLAGES[0], "office": world.office}
    meeting = VillageMeeting.objects.create(**where, programme=programme, planned_on=date(2024, 4, 10))
    MeetingDecision.objects.create(**where, meeting=meeting, candidate_id=first)
    SelectionEntry.objects.create(
        **where, run=run, candidate_id=first, number=1, listed_area=VILLAGES[0], score=870_000, rank=1, selected=True,
        parts={"desil": 350_000, "female_head": 150_000}, probability=1.0,
    )  # fmt: skip
    ProvisionalList.objects.create(
        area=programme.area, office=world.office, programme=programme, run=run, posted_on=TODAY, closes_on=TODAY,
        posted_by=world.ids["maker"].pk, lines=1,
    )  # fmt: skip
    objection = Objection.objects.create(
        **where, programme=programme, candidate_id=first, about="against", channel="spoken", words="Rumahnya di kota",
        received_on=TODAY, taken_by=world.ids["maker"].pk,
    )  # fmt: skip
    offer = OfferedProgramme.objects.create(
        area=programme.area, office=world.office, code="sembako", name="Sembako lansia", provider="Dinas Sosial",
        aim="Pangan cukup", target="Lansia tanpa keluarga", form="bahan pangan", how="Melalui kantor desa",
        contact="0338-000000", conditions={"age_min": 60}, open_from=date(2024, 1, 1), synthetic=True,
    )  # fmt: skip
    scan = StoredFile.objects.create(
        **where, sha256=store.put(b"%PDF-1.7 pindaian"), media_type="application/pdf", size=17, name="sk.pdf",
        purpose="signed_scan",
    )  # fmt: skip
    world.ids |= {
        "meeting": meeting.pk, "objection": objection.pk, "offer": offer.pk, "scan": scan.pk,
        "decree": Decree.objects.filter(programme=programme)[0].pk,
    }  # fmt: skip
