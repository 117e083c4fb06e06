"""Village resources, classes, the matching, attendance, and groups that grow out of classes."""

from __future__ import annotations

from berdaya.groups.models import Membership
from berdaya.groups.types import Origin
from berdaya.intake.types import ClassRow
from berdaya.process import by_hand
from berdaya.process.folder import Folder
from berdaya.process.steps import lessons
from berdaya.process.walk import Walk
from berdaya.programmes.types import Subject
from berdaya.training.models import Attendance, PlacementRun
from berdaya.training.services.attending import record_attendance_many
from berdaya.training.services.grouping import form_groups
from berdaya.training.services.placing import propose_placements
from berdaya.training.services.planning import create_classes_many
from berdaya.training.services.resources import record_resources_many
from berdaya.training.values import NewAttendance, NewClass, NewResource


def place(walk: Walk, files: Folder) -> str:
    """Match the recipients to classes; a second person publishes the placements."""
    if not files.classes:
        return "tanpa kelas"
    area = walk.config.programme.area
    with walk.acting("classes") as actor:
        record_resources_many(
            actor=actor,
            rows=[
                NewResource(row.area, row.resource, row.strength, row.source, row.date)
                for row in files.resources
                if row.area
            ],
        )
        classes = create_classes_many(
            actor=actor, programme_id=walk.programme, rows=[_class(row, area) for row in files.classes]
        )
        published = PlacementRun.objects.filter(programme=walk.programme, published_at__isnull=False).first()
        if published is not None:
            return f"{len(classes.ids)} kelas, penempatan sudah terbit"
        proposal = propose_placements(actor=actor, programme_id=walk.programme)
    with walk.checking("penempatan") as checker:
        by_hand.approve_stage(actor=checker, approval_id=proposal.approval_id)
    return f"{len(classes.ids)} kelas, {proposal.placed} mendapat kursi, selisih bukti {proposal.gap}"


def _class(row: ClassRow, area: int) -> NewClass:
    return NewClass(
        code=row.code,
        name=row.name,
        area=row.area or area,
        venue=row.venue,
        seats=row.seats,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        kinds=row.kinds,
        skill=row.skill,
        lat=row.lat,
        lon=row.lon,
        minimum=row.minimum,
        trainer=row.trainer,
        partner=row.partner,
        wheelchair=row.wheelchair,
        guests=tuple(_guest(guest) for guest in row.guests),
    )


def _guest(text: str) -> tuple[str, str]:
    """ "Name (role)" as the sheet has it."""
    name, _, role = text.partition("(")
    return name.strip(), role.rstrip(") ").strip() or "tamu"


def attend(walk: Walk, files: Folder) -> str:
    """Sessions and tests of everybody who sat in a class; certificates follow from them."""
    if not files.attendance:
        return "tanpa daftar hadir"
    with walk.acting("attendance") as actor:
        if Attendance.objects.filter(placement__run__programme=walk.programme).exists():
            return "sudah dicatat"
        taken = record_attendance_many(
            actor=actor,
            programme_id=walk.programme,
            rows=[
                NewAttendance(
                    sessions=row.sessions,
                    attended=row.attended,
                    ref=row.ref,
                    member=row.member,
                    class_code=row.class_code,
                    pre=row.pre,
                    post=row.post,
                )
                for row in files.attendance
            ],
        )
        lessons.hold(walk, actor)
    return f"{taken.recorded} tercatat, {taken.certificates} sertifikat, {len(taken.unknown)} bukan peserta"


def form(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """Groups of recipients of the same trade and kecamatan, where the scheme asks for groups and none exist yet."""
    config = walk.config
    if config.programme.scheme != "group" or config.subject is Subject.GROUP:
        return "tidak diperlukan"
    dates = config.dates
    with walk.acting("groups") as actor:
        members = Membership.objects.filter(group__origin=Origin.FORMED, person__candidacies__programme=walk.programme)
        if members.exists():
            return "sudah terbentuk"
        formed = form_groups(
            actor=actor, programme_id=walk.programme, on=dates.handover or dates.training or dates.proposal
        )
    return f"{len(formed.groups)} kelompok dengan {formed.members} anggota, {len(formed.leftovers)} belum berkelompok"
