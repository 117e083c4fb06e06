"""Classes, goods, businesses, groups, events, tasks and letters of the office web's world. All invented."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from berdaya.kernel.clock import now
from berdaya.kernel.ids import new_id

KABUPATEN = 3512000000
VILLAGES = (3512042003, 3512042004, 3512042005)
TODAY = date(2026, 10, 31)
START = date(2024, 9, 3)
KIND = "shredded_fish"
NAMES = ("Rohmah", "Siti Rohimah", "Rohayati binti Sarkim", "Ahmad Rohman", "Imroatus Sholihah")

if TYPE_CHECKING:
    from tests.web_world import World


def own(world: World, n: int = 0) -> dict[str, Any]:
    return {"area": VILLAGES[n % 3], "office": world.office}


def training(world: World, rows: int) -> None:
    from berdaya.training.models import Attendance, Placement, PlacementRun, TrainingClass

    run = PlacementRun.objects.create(
        area=KABUPATEN,
        office=world.office,
        programme=world.ids["programme"],
        number=1,
        inputs_sha256=b"0" * 32,
        objective=0,
        bound=0,
        gap=0,
        first_choice_share=1.0,
        published_at=now(),
    )
    classes = [
        TrainingClass.objects.create(
            area=VILLAGES[0],
            office=world.office,
            programme=world.ids["programme"],
            code=f"K{n}",
            name=f"Olahan ikan {n + 1}",
            kinds=[KIND],
            venue="Balai Desa Olean",
            seats=20,
            minimum=5,
            starts_on=date(2024, 7, 1),
            ends_on=date(2024, 7, 5),
            trainer="Pelatih Contoh",
        )
        for n in range(rows)
    ]
    for n in range(rows):
        seat = Placement.objects.create(
            **own(world, n),
            run=run,
            candidate_id=world.lists["candidates"][n],
            person_id=world.lists["persons"][n],
            household_id=world.lists["households"][n],
            training_class=classes[0],
            score=900,
            distance_m=4200,
            choice=1,
            number=n + 1,
            in_force=True,
            reason={"why": "first_choice"},
        )
        Attendance.objects.create(
            **own(world, n), placement=seat, training_class=classes[0], sessions=5, attended=4, pre=50, post=80
        )
    world.ids["class"] = classes[0].pk
    at_work(world, classes[0])


def at_work(world: World, first: Any) -> None:
    """An instrument of the office, a session of the first class and an invitation to it."""
    from berdaya.forms.models import Instrument
    from berdaya.forms.rules import shipped_body
    from berdaya.training.models import ClassSession, Invitation, Placement

    Instrument.objects.create(
        area=KABUPATEN, office=world.office, code="assessment", version=2, body=shipped_body("assessment")
    )
    world.ids["instrument"] = "assessment"
    world.ids["session"] = ClassSession.objects.create(
        area=VILLAGES[0],
        office=world.office,
        training_class=first,
        number=1,
        held_on=date(2024, 7, 1),
        starts_at=time(8),
        ends_at=time(12),
    ).pk
    world.ids["invitation"] = "undangan-uji-0123456789"
    world.ids["class-material"] = new_id()
    Invitation.objects.create(
        area=VILLAGES[0], office=world.office, training_class=first, token=world.ids["invitation"],
        placement=Placement.objects.filter(training_class=first).first(),
    )  # fmt: skip


def decree_and_goods(world: World, rows: int) -> None:
    from berdaya.grants.models import Package, PackageItem
    from berdaya.programmes.models import Approval, Decree

    approval = Approval.objects.create(
        programme=world.ids["programme"],
        area=KABUPATEN,
        office=world.office,
        stage="decree",
        made_by=world.ids["maker"].pk,
        made_at=now(),
    )
    Approval.objects.filter(pk=approval.pk).update(checked_by=world.ids["checker"].pk, checked_at=now())
    decree = Decree.objects.create(
        area=KABUPATEN,
        office=world.office,
        programme=world.ids["programme"],
        selection=world.ids["run"],
        number=f"460/118/{world.office.code}",
        decreed_on=date(2024, 6, 1),
        approval=approval,
    )
    package = Package.objects.create(area=KABUPATEN, office=world.office, programme=world.ids["programme"], code="P1")
    items = [
        PackageItem.objects.create(
            package=package,
            number=n,
            name=name,
            specification="baru",
            quantity=1,
            unit="buah",
            unit_price_idr=price,
            durable=True,
        )
        for n, (name, price) in enumerate((("Lemari pendingin", 1_850_000), ("Alat kemas", 635_000)), start=1)
    ]
    hand_over(world, rows, decree, package, items)


def hand_over(world: World, rows: int, decree: Any, package: Any, items: list[Any]) -> None:
    from berdaya.grants.models import FundingShare, Handover, HandoverLine
    from berdaya.programmes.models import DecreeLine

    world.lists["handovers"] = []
    for n in range(rows):
        line = DecreeLine.objects.create(
            **own(world, n),
            decree=decree,
            candidate_id=world.lists["candidates"][n],
            household_id=world.lists["households"][n],
            number=n + 1,
        )
        handover = Handover.objects.create(
            **own(world, n),
            decree_line=line,
            package=package,
            number=f"BAST/{n + 1}",
            occurred_on=START,
            place="Balai Desa Olean",
            received_by=NAMES[n % len(NAMES)],
            condition="good",
            value_idr=2_485_000,
            account_id=world.ids["maker"].pk,
        )
        for item in items:
            part = HandoverLine.objects.create(
                **own(world, n),
                handover=handover,
                item=item,
                quantity=1,
                unit_value_idr=item.unit_price_idr,
                amount_idr=item.unit_price_idr,
                condition="good",
            )
            FundingShare.objects.create(
                **own(world, n),
                decree_line=line,
                subject_kind="line",
                subject_id=part.pk,
                source="APBD kabupaten",
                activity="1.06.05.2.02",
                amount_idr=part.amount_idr,
            )
        world.lists["handovers"].append(handover.pk)
        world.ids.setdefault("decree_line", line.pk)
    world.ids["handover"] = world.lists["handovers"][0]
    from tests.web_goods import procured

    procured(world, items)


def businesses(world: World, rows: int) -> None:
    from berdaya.enterprises.models import Enterprise, EnterpriseMonth, StatusSnapshot
    from berdaya.visits.models import Visit

    statuses = ("active", "weak", "dormant", "holiday_only", "unknown")
    world.lists["enterprises"] = []
    for n in range(rows):
        business = Enterprise.objects.create(
            **own(world, n),
            household_id=world.lists["households"][n],
            programme=world.ids["programme"],
            ref=str(n + 1),
            kind=KIND,
            name=f"Olahan Ikan {NAMES[n % len(NAMES)]}",
            started_on=START,
            baseline_income_idr=910_000,
            synthetic=True,
        )
        EnterpriseMonth.objects.bulk_create(
            EnterpriseMonth(
                **own(world, n),
                enterprise=business,
                month=date(2024 + (9 + m) // 12, (9 + m) % 12 + 1, 1),
                visits=1,
                production_days=20,
                turnover_visit_idr=400_000 + 50_000 * m,
                income_idr=1_000_000 + 15_000 * m,
            )
            for m in range(25)
            if m % 6
        )
        StatusSnapshot.objects.create(
            **own(world, n),
            enterprise=business,
            as_of=TODAY,
            status=statuses[n % 5],
            reason={
                "reason": "producing",
                "params": {"on": "2026-10-12", "method": "seen", "production_days": 24, "turnover_idr": 1_650_000},
            },
        )
        for back in (19, 49, 80):
            Visit.objects.create(
                **own(world, n),
                enterprise=business,
                occurred_on=TODAY - timedelta(days=back),
                method="seen" if back == 19 else "asked",
                production_days=24,
                turnover_idr=1_650_000,
                problem="oven rusak" if back == 49 else "",
                advice="servis di BLK" if back == 49 else "",
                digest=b"0" * 32,
                account_id=world.ids["maker"].pk,
            )
        world.lists["enterprises"].append(business.pk)
    world.ids["enterprise"] = world.lists["enterprises"][0]


def groups(world: World, rows: int) -> None:
    from berdaya.groups.models import Group, Membership, Officer, SponsorOrganisation
    from berdaya.people.models import Household, Person

    sponsor = SponsorOrganisation.objects.create(
        area=KABUPATEN, office=world.office, kind="tagana", name="Tagana Situbondo"
    )
    world.lists["groups"] = []
    for n in range(rows):
        group = Group.objects.create(
            **own(world, n),
            code=f"KUBE-{n}",
            name=f"KUBE Melati {n + 1}",
            kind=KIND,
            sponsor=sponsor,
            synthetic=True,
        )
        members = []
        for number in range(1, 4):
            home = Household.objects.create(area=VILLAGES[n % 3], synthetic=True)
            person = Person.objects.create(
                area=home.area,
                household=home,
                name=f"Anggota {number}",
                name_key=f"anggota {number}",
                is_head=True,
                birth_date=date(1980, 1, number),
                synthetic=True,
            )
            members.append(
                Membership.objects.create(
                    **own(world, n),
                    group=group,
                    person=person,
                    household=home,
                    number=number,
                    joined_on=date(2024, 1, 1),
                )
            )
        for position, member in zip(("ketua", "sekretaris", "bendahara"), members, strict=True):
            Officer.objects.create(
                **own(world, n), group=group, membership=member, position=position, elected_on=date(2024, 1, 1)
            )
        world.lists["groups"].append(group.pk)
        world.ids.setdefault("membership", members[0].pk)
        fund(world, group, members, n)
    world.ids["group"] = world.lists["groups"][0]


def fund(world: World, group: Any, members: list[Any], n: int) -> None:
    """An empty fund of the group with a meeting that waits for two members."""
    from berdaya.funds import accounts
    from berdaya.funds.models import Attendance, Fund, Meeting
    from berdaya.ledger.models import Account, Book

    book = Book.objects.create(**own(world, n), group_id=group.pk)
    numbers = [member.number for member in members]
    for draft in (*accounts.common_accounts(book.pk), *accounts.member_accounts(book.pk, numbers)):
        Account.objects.create(
            **own(world, n), id=draft.id, book=book, group_id=group.pk, code=draft.code, name=draft.name,
            floor=draft.floor, ceiling=draft.ceiling,
        )  # fmt: skip
    made = Fund.objects.create(**own(world, n), group=group, book=book, kind="cash_turns", opened_on=date(2024, 2, 1))
    lines = [{"membership": str(member.pk), "presence": "present", "saving_idr": 5_000} for member in members]
    body = {
        "held_on": "2024-03-01", "source": "paper", "place": "", "note": "", "counted_idr": None,
        "difference_agreed": False, "confirmed_by": [], "lines": lines, "turns": [],
    }  # fmt: skip
    meeting = Meeting.objects.create(
        **own(world, n), fund=made, group=group, held_on=date(2024, 3, 1), source="paper", state="awaiting", body=body,
        entered_by=1,
    )  # fmt: skip
    for member in members:
        Attendance.objects.create(**own(world, n), meeting=meeting, group=group, membership=member, presence="present")
    world.ids.setdefault("fund", made.pk)
    world.ids.setdefault("fund_meeting", meeting.pk)


def events(world: World, rows: int) -> None:
    from berdaya.market.models import Contest, ContestEntry, Exhibition, JuryScore, Stall
    from tests import web_partners

    for n in range(rows):
        exhibition = Exhibition.objects.create(
            area=KABUPATEN,
            office=world.office,
            code=f"E{n}",
            name=f"Pameran {n + 1}",
            venue="Alun-alun",
            place=VILLAGES[0],
            starts_on=date(2025, 12, 20),
            ends_on=date(2025, 12, 22),
        )
        contest = Contest.objects.create(
            area=KABUPATEN,
            office=world.office,
            code=f"L{n}",
            name=f"Lomba {n + 1}",
            level="kabupaten",
            held_on=date(2026, 5, 1),
        )
        for m in range(rows):
            Stall.objects.create(
                **own(world, m),
                exhibition=exhibition,
                enterprise_id=world.lists["enterprises"][m],
                number=f"S{m}",
                turnover_idr=2_300_000,
                leads=3,
            )
            entry = ContestEntry.objects.create(
                **own(world, m), contest=contest, enterprise_id=world.lists["enterprises"][m], score=81.5, rank=m + 1
            )
            JuryScore.objects.create(entry=entry, juror="Juri 1", criterion="rasa", weight=60, score=80)
        world.ids |= {"exhibition": exhibition.pk, "contest": contest.pk}
        web_partners.pledge(world, n, rows)


def tasks_and_letters(world: World, rows: int) -> None:
    from berdaya.documents.models import Document
    from berdaya.files.models import StoredFile
    from berdaya.tasks.models import Task

    file = StoredFile.objects.create(
        area=VILLAGES[0],
        office=world.office,
        sha256=b"0" * 32,
        media_type="application/pdf",
        size=1,
        name="bast.pdf",
        purpose="letter",
    )
    for n in range(rows):
        task = Task.objects.create(
            **own(world, n),
            kind="visit",
            cause=f"uji:{n}",
            title=f"Kunjungi usaha {n + 1}",
            owner_role="operator",
            raised_on=TODAY - timedelta(days=10),
            due_on=TODAY - timedelta(days=3) + timedelta(days=4 * n),
            enterprise_id=world.lists["enterprises"][n],
        )
        document = Document.objects.create(
            area=VILLAGES[0],
            office=world.office,
            kind="bast",
            number=f"BAST/{n + 1}/{world.office.code}",
            title="Berita acara serah terima",
            occurred_on=START,
            token=f"uji-{world.office.code}-{new_id()}"[:40],
            data={},
            file=file,
            data_sha256=b"0" * 32,
            programme_code=world.ids["code"],
        )
        if n == 0:
            world.ids |= {"task": task.pk, "document": document.pk}


def accountability(world: World) -> None:
    """A code on paper, an LPJ and a complaint with a photo, made as the owner."""
    from berdaya.accountability import rules
    from berdaya.accountability.models import ConfirmationCode, Lpj, LpjItem
    from berdaya.accountability.services.codes import digest
    from berdaya.files import store
    from berdaya.files.models import StoredFile
    from berdaya.followup.complaints.public import code_hash
    from berdaya.followup.models import Complaint
    from berdaya.grants.models import Handover

    handover = Handover.objects.get(pk=world.ids["handover"])
    line = handover.decree_line
    place = {"area": handover.area, "office": world.office}
    code = ConfirmationCode.objects.create(
        **place,
        handover=handover,
        person_id=line.candidate.person_id,
        code_hash=rules.code_hash(digest, "ABCDEFGHJK"),
        issued_on=START,
        expires_on=TODAY,
        account_id=world.ids["maker"].pk,
    )
    report = Lpj.objects.create(
        **place,
        decree_line=line,
        household_id=line.household_id,
        received_on=START,
        received_idr=2_485_000,
        due_on=TODAY,
    )
    LpjItem.objects.create(
        **place, lpj=report, number=1, name="Lemari pendingin", quantity=1, unit="buah", amount_idr=2_485_000
    )
    photo = StoredFile.objects.create(
        area=KABUPATEN,
        office=world.office,
        sha256=store.put(b"\xff\xd8\xff uji"),
        media_type="image/jpeg",
        size=6,
        name="aduan.jpg",
        purpose="complaint",
    )
    complaint = Complaint.objects.create(
        area=KABUPATEN,
        office=world.office,
        code_hash=code_hash("ABCDEFGHJK"),
        channel="web",
        subject="goods",
        words="Barang tidak sampai.",
        photo_id=photo.pk,
        filed_on=START,
        due_on=TODAY,
    )
    world.ids |= {"paper": code.pk, "lpj": report.pk, "complaint": complaint.pk}


def an_import(world: Any, file: UUID) -> UUID:
    """An import of the office whose preview waits."""
    from berdaya.intake.models import ImportJob

    return ImportJob.objects.create(
        id=new_id(), area=KABUPATEN, office=world.office, kind="families", file_id=file, file_name="keluarga.xlsx",
        sha256=b"0" * 32, state="ready", as_of=TODAY, made_by=world.ids["maker"].pk, rows_total=3,
        preview={"counts": {"new": 3}},
    ).pk  # fmt: skip


def a_proposal(world: World) -> None:
    """A group that the office proposes to the people of the world."""
    from berdaya.groups.models import GroupProposal, ProposalMember

    proposal = GroupProposal.objects.create(
        area=VILLAGES[0], office=world.office, programme_id=world.ids["programme"].pk, number=1, name="KUBE contoh",
        kind=KIND, proposed_on=date(2024, 8, 1),
    )  # fmt: skip
    for n, (person, home) in enumerate(zip(world.lists["persons"], world.lists["households"], strict=False), start=1):
        ProposalMember.objects.create(
            area=VILLAGES[0], office=world.office, proposal=proposal, person_id=person, household_id=home, number=n
        )
    world.ids["group-proposal"] = proposal.pk
