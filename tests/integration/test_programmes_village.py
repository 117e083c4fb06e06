"""Hits set aside, meetings, objections, referrals, scans, consent: each by two people, as the database's own roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings

from berdaya.documents.models import Document
from berdaya.files.models import StoredFile
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from berdaya.people.models import Consent, Person
from berdaya.people.services.consent import NewConsent, record_consents_many, withdraw_consent
from berdaya.process.overview.programmes import programme as programme_view
from berdaya.process.overview.steps import programme_steps
from berdaya.process.overview.village import PostedFilter, posted_list
from berdaya.programmes import services
from berdaya.programmes.models import (
    Candidate,
    DecreeLine,
    LotteryCommitment,
    MeetingDecision,
    Objection,
    ProvisionalList,
    Referral,
    ScreeningOverrule,
    SelectionRun,
    SignedScan,
    VillageMeeting,
)
from berdaya.programmes.offers import offers
from berdaya.programmes.rules.evidence import from_json
from berdaya.programmes.rules.hits import hits_of
from berdaya.programmes.rules.kin import Attendee
from berdaya.programmes.services.meetings import Decided, Minutes
from berdaya.programmes.services.objections import NewObjection
from berdaya.programmes.services.referrals import NewOffer
from berdaya.programmes.services.screening import broken_on
from berdaya.tasks.models import Task
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected, states, verified

pytestmark = pytest.mark.django_db
PRESENT = (Attendee("Nurhayati", "lurah"), Attendee("Slamet", "ketua RW"), Attendee("Tuti", "kader", decides=False))


FUTURE = date(2999, 1, 1)


def fails(code: str, call: Callable[..., object], **arguments: object) -> None:
    with pytest.raises(Problem) as caught:
        call(**arguments)
    assert caught.value.code == code


def test_a_hit_is_set_aside_by_two_people_and_only_that_hit(operator, head):
    rows = world.proposal(world.families(operator, 3))
    world.listed("civil_servant", kk="kkk0")
    programme = world.opened(operator, world.config(), rows)
    with scoped(operator):
        first = Candidate.objects.get(programme_id=programme.id, ref="1")
        assert first.state == "excluded"
        (hit,) = hits_of(first.screening)
        ask = {"actor": operator, "candidate_id": first.pk, "hit": hit.key, "on": world.SCREEN}
        fails("reason_needed", services.overrule_hit, **ask, reason=" ")
        fails("hit_unknown", services.overrule_hit, **{**ask, "hit": "0" * 64}, reason="x")
        made = services.overrule_hit(**ask, reason="Pensiun dini sejak 2022, surat terlampir")
        assert services.overrule_hit(**ask, reason="lagi") == made
        answer = {"overrule_id": made, "agreed": True, "answer": "", "on": world.SCREEN}
        fails("not_allowed", services.answer_overrule, actor=operator, **answer)
    promoted = operator.with_(permissions=head.permissions)
    with scoped(promoted):
        fails("same_person", services.answer_overrule, actor=promoted, **answer)
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            ScreeningOverrule.objects.filter(pk=made).update(
                checked_by=operator.account_id, checked_on=world.SCREEN, agreed=True
            )
    with scoped(head):
        services.answer_overrule(actor=head, **answer)
        fails("already_decided", services.answer_overrule, actor=head, **answer)
    with scoped(operator):
        assert states(programme.id)["1"] == "eligible"
        first.refresh_from_db()
        told = {item.criterion: item.text() for item in map(from_json, first.checks)}["civil_servant"]
        assert told == "Tercatat dalam daftar daftar civil_servant; dikesampingkan oleh dua petugas dengan alasan."
    world.listed("deceased", nik="nikk0", as_of=date(2023, 5, 1))
    with scoped(operator):
        services.screen_many(actor=operator, programme_id=programme.id, on=world.SCREEN)
        assert states(programme.id)["1"] == "excluded", "another line of a register is another hit"


def test_a_refused_overrule_leaves_the_candidate_out_and_may_be_asked_again(operator, head):
    world.aided(kk="kkk0", year=2024)
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 1)))
    with scoped(operator):
        first = Candidate.objects.get(programme_id=programme.id)
        (hit,) = hits_of(first.screening)
        ask = {"actor": operator, "candidate_id": first.pk, "hit": hit.key, "on": world.SCREEN, "reason": "keliru"}
        made = services.overrule_hit(**ask)
    with scoped(head):
        answer = {"actor": head, "overrule_id": made, "agreed": False, "on": world.SCREEN}
        fails("reason_needed", services.answer_overrule, **answer, answer="")
        services.answer_overrule(**answer, answer="tidak ada bukti")
    with scoped(operator):
        assert states(programme.id)["1"] == "excluded"
        assert services.overrule_hit(**ask) != made


def test_the_registers_are_asked_once_more_at_the_handover(operator, head):
    programme = selected(operator)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    lines = list(DecreeLine.objects.values_list("pk", "candidate__ref"))
    with scoped(operator):
        ids = [pk for pk, _ in lines]
        assert broken_on(ids, date(2024, 8, 1)) == {}
    gone = int(lines[0][1]) - 1
    world.listed("deceased", nik=f"nikk{gone}", as_of=date(2024, 7, 1))
    with scoped(operator):
        found = broken_on(ids, date(2024, 8, 1))
        assert {pk: [item.criterion for item in items] for pk, items in found.items()} == {lines[0][0]: ["deceased"]}
        assert broken_on(ids, date(2024, 6, 30)) == {}
    outsider = operator.with_(office=operator.office + 1)
    with scoped(outsider):
        assert broken_on(ids, date(2024, 8, 1)) == {}


def planned(operator: Actor, count: int = 4):
    """A programme whose candidates were visited and wait for the meeting."""
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, count)))
    with scoped(operator):
        refs = [str(n) for n in range(1, count + 1)]
        rows = verified(refs, meeting_on=None, meeting_decision="")
        done = services.record_verification_many(actor=operator, programme_id=programme.id, rows=rows)
        assert done.open == count
        assert services.plan_meetings(actor=operator, programme_id=programme.id, planned_on=date(2024, 4, 20)) == 3
        assert services.plan_meetings(actor=operator, programme_id=programme.id, planned_on=date(2024, 4, 20)) == 0
    return programme


def minutes(meeting: VillageMeeting, **changes: object) -> Minutes:
    rows = MeetingDecision.objects.filter(meeting=meeting).values_list("candidate_id", flat=True)
    facts = {
        "held_on": date(2024, 4, 21), "place": "Balai desa", "chair": "Nurhayati", "attendance": PRESENT,
        "decisions": tuple(Decided(pk, "accepted") for pk in rows),
    }  # fmt: skip
    return Minutes(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_meeting_is_recorded_in_the_village_and_accepted_by_the_office(operator, head, make_actor):
    programme = planned(operator)
    village = world.VILLAGES[0]
    lurah = make_actor("lurah", area=village, office="*")
    with scoped(lurah):
        assert Task.objects.get().owner_role == "lurah"
        meeting = VillageMeeting.objects.get()
        agenda = list(MeetingDecision.objects.values_list("candidate_id", flat=True))
        assert len(agenda) == 2
        record = {"actor": lurah, "meeting_id": meeting.pk}
        fails("meeting_in_future", services.record_meeting, **record, minutes=minutes(meeting, held_on=FUTURE))
        fails("meeting_nobody_decides", services.record_meeting, **record, minutes=minutes(meeting, attendance=()))
        fails("meeting_undecided", services.record_meeting, **record, minutes=minutes(meeting, decisions=()))
        rejected = (Decided(agenda[0], "accepted"), Decided(agenda[1], "rejected"))
        fails("reason_needed", services.record_meeting, **record, minutes=minutes(meeting, decisions=rejected))
        rejected = (Decided(agenda[0], "accepted"), Decided(agenda[1], "rejected", "sudah pindah"))
        name = Person.objects.get(candidacies=agenda[0]).name.upper()
        present = (*PRESENT, Attendee(name, "ketua RT"))
        said = minutes(meeting, decisions=rejected, attendance=present)
        services.record_meeting(**record, minutes=said)
        services.record_meeting(**record, minutes=said)
        row = MeetingDecision.objects.get(candidate_id=agenda[0])
        assert row.relation == f"Nama sama dengan anggota keluarga: {name} (ketua RT)"
        assert Task.objects.get().state == "done"
        fails("not_allowed", services.accept_meeting, actor=lurah, meeting_id=meeting.pk, on=world.FREEZE)
        assert set(states(programme.id).values()) == {"eligible"}
    with scoped(operator):
        assert dict(services.accept_meeting(actor=operator, meeting_id=meeting.pk, on=world.FREEZE)) == {
            True: 1, False: 1,
        }  # fmt: skip
        after = dict(Candidate.objects.values_list("pk", "state"))
        assert (after[agenda[0]], after[agenda[1]]) == ("verified", "refused_verification")
        fails("already_decided", services.accept_meeting, actor=operator, meeting_id=meeting.pk, on=world.FREEZE)
    with scoped(lurah):
        fails("meeting_accepted", services.record_meeting, **record, minutes=said)
        with pytest.raises(DatabaseError), transaction.atomic():
            MeetingDecision.objects.filter(pk=row.pk).update(decision="rejected", reason="x")


def test_whoever_recorded_a_meeting_does_not_accept_it(operator):
    planned(operator)
    with scoped(operator):
        meeting = VillageMeeting.objects.order_by("area")[0]
        fails("bad_state", services.accept_meeting, actor=operator, meeting_id=meeting.pk, on=world.FREEZE)
        services.record_meeting(actor=operator, meeting_id=meeting.pk, minutes=minutes(meeting))
        fails("same_person", services.accept_meeting, actor=operator, meeting_id=meeting.pk, on=world.FREEZE)
        with pytest.raises(DatabaseError), transaction.atomic():
            VillageMeeting.objects.filter(pk=meeting.pk).update(accepted_by=operator.account_id)


def test_a_meeting_of_another_village_is_not_there(operator, make_actor):
    planned(operator)
    far = make_actor("lurah", area=3512052002, office="*")
    other = make_actor("operator", office="diskop-situbondo")
    meeting = VillageMeeting.objects.order_by("area")[0]
    for outsider in (far, other):
        with scoped(outsider):
            assert not VillageMeeting.objects.exists()
            fails("not_found", services.record_meeting, actor=outsider, meeting_id=meeting.pk, minutes=minutes(meeting))


def posted(operator: Actor, count: int = 7, days: int = 7):
    programme = selected(operator, count)
    with scoped(operator):
        services.post_list(actor=operator, programme_id=programme.id, on=date(2024, 5, 2), days=days)
    return programme


def against(ref: str, **changes: object) -> NewObjection:
    facts = {
        "words": "Rumahnya di kota lain", "channel": "spoken", "about": "against", "ref": ref,
        "received_on": date(2024, 5, 5),
    }  # fmt: skip
    return NewObjection(**{**facts, **changes})  # type: ignore[arg-type]


def test_the_decree_waits_for_the_period_and_for_each_objection(operator, head):
    programme = posted(operator)
    with scoped(operator):
        fails("list_posted", services.post_list, actor=operator, programme_id=programme.id, on=world.FREEZE)
        first = Candidate.objects.filter(state="selected").order_by("rank")[0]
        hear = {"actor": operator, "programme_id": programme.id}
        fails("objections_closed", services.hear_objection, **hear, heard=against("1", received_on=date(2024, 5, 10)))
        fails("objections_closed", services.hear_objection, **hear, heard=against("1", received_on=date(2024, 5, 1)))
        fails("reason_needed", services.hear_objection, **hear, heard=against("1", words=" "))
        fails("not_found", services.hear_objection, **hear, heard=against("99"))
        key = new_id()
        made = services.hear_objection(**hear, heard=against(first.ref, id=key))
        assert services.hear_objection(**hear, heard=against(first.ref, id=key)) == made == key
        sk = {"actor": operator, "programme_id": programme.id, "number": "1"}
        fails("objections_running", services.propose_decree, **sk, decreed_on=date(2024, 5, 9))
        fails("objections_open", services.propose_decree, **sk, decreed_on=date(2024, 5, 10))
    decide = {"objection_id": made, "upheld": True, "on": date(2024, 5, 6)}
    with scoped(head):
        fails("reason_needed", services.decide_objection, actor=head, **decide, reason="")
        came = services.decide_objection(actor=head, **decide, reason="Dikunjungi lagi: memang pindah")
        fails("already_decided", services.decide_objection, actor=head, **decide, reason="x")
    with scoped(operator):
        first.refresh_from_db()
        assert first.state == "refused_verification"
        assert came is not None
        assert Candidate.objects.get(pk=came).replaces_id == first.pk
        assert Candidate.objects.filter(state="selected").count() == 4
        assert services.propose_decree(**sk, decreed_on=date(2024, 5, 10)).lines == 4
        assert not DecreeLine.objects.filter(candidate=first).exists()


def test_a_village_reads_its_own_lines_of_the_posted_list_and_no_steps_that_it_cannot_know(operator, make_actor):
    programme = posted(operator)
    with scoped(operator):
        mine = Candidate.objects.filter(programme_id=programme.id, area=world.VILLAGES[1], rank__isnull=False).count()
        whole, page = posted_list(actor=operator, code=programme.code, filters=PostedFilter())
        assert page.total == whole.lines == whole.own_lines > mine > 0
        assert programme_view(actor=operator, code=programme.code).whole
        assert programme_steps(actor=operator, code=programme.code).steps
    lurah = make_actor("lurah", area=world.VILLAGES[1], office="*")
    with scoped(lurah):
        view, page = posted_list(actor=lurah, code=programme.code, filters=PostedFilter())
        assert (page.total, view.own_lines, view.lines) == (mine, mine, whole.lines)
        assert {row.area for row in page.rows} == {world.VILLAGES[1]}
        assert not programme_view(actor=lurah, code=programme.code).whole
        with pytest.raises(Problem) as refused:
            programme_steps(actor=lurah, code=programme.code)
        assert refused.value.code == "not_found"


def test_an_objection_is_decided_by_somebody_else_even_for_the_database(operator, head, make_actor):
    programme = posted(operator)
    lurah = make_actor("lurah", area=world.VILLAGES[1], office="*")
    inside = Candidate.objects.filter(programme_id=programme.id, area=world.VILLAGES[1])[0].ref
    outside = Candidate.objects.filter(programme_id=programme.id, area=world.VILLAGES[2])[0].ref
    with scoped(lurah):
        made = services.hear_objection(actor=lurah, programme_id=programme.id, heard=against(inside))
        missing = against("", about="missing", area=world.VILLAGES[1], words="Ibu Sari tidak didata")
        services.hear_objection(actor=lurah, programme_id=programme.id, heard=missing)
        fails("not_found", services.hear_objection, actor=lurah, programme_id=programme.id, heard=against(outside))
        with pytest.raises(DatabaseError), transaction.atomic():
            Objection.objects.create(
                programme_id=programme.id, area=world.VILLAGES[2], office_id=operator.office, about="other",
                channel="paper", words="x", received_on=world.FREEZE, taken_by=lurah.account_id,
            )  # fmt: skip
        fails(
            "not_allowed",
            services.decide_objection,
            actor=lurah,
            objection_id=made,
            upheld=False,
            reason="x",
            on=world.FREEZE,
        )
    both = head.with_(permissions=head.permissions | {"objection.record"})
    with scoped(both):
        own = services.hear_objection(actor=both, programme_id=programme.id, heard=against(inside))
        fails(
            "same_person",
            services.decide_objection,
            actor=both,
            objection_id=own,
            upheld=False,
            reason="x",
            on=world.FREEZE,
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            Objection.objects.filter(pk=own).update(decided_by=both.account_id, decision="dismissed")
        services.decide_objection(actor=both, objection_id=made, upheld=False, reason="Alamat benar", on=world.FREEZE)
        with pytest.raises(DatabaseError), transaction.atomic():
            Objection.objects.filter(pk=made).update(words="diubah")
    with scoped(operator):
        assert set(states(programme.id).values()) == {"selected", "waiting"}, "a dismissed objection changes nothing"


def test_rules_that_ask_for_a_period_get_one(operator):
    rules = world.config(objection={"days": 5})
    programme = world.opened(operator, rules, world.proposal(world.families(operator, 3)))
    with scoped(operator):
        run = {"actor": operator, "programme_id": programme.id}
        services.record_verification_many(**run, rows=verified(["1", "2", "3"]))
        services.freeze_list(**run, on=world.FREEZE)
        fails("list_not_frozen", services.post_list, **run, on=world.FREEZE)
        services.run_selection(**run, on=world.FREEZE)
        fails("list_not_posted", services.propose_decree, **run, number="1", decreed_on=world.DECREE)
        services.post_list(**run, on=world.FREEZE, days=1)
        assert ProvisionalList.objects.get().closes_on == date(2024, 5, 6), "an office may lengthen, never shorten"
        assert services.propose_decree(**run, number="1", decreed_on=world.DECREE).lines == 3


def test_an_objection_written_down_late_stops_the_approval(operator, head):
    programme = posted(operator)
    with scoped(operator):
        sk = {"actor": operator, "programme_id": programme.id, "number": "1", "decreed_on": world.DECREE}
        draft = services.propose_decree(**sk)
        ref = DecreeLine.objects.order_by("number")[0].candidate.ref
        made = services.hear_objection(actor=operator, programme_id=programme.id, heard=against(ref, channel="paper"))
    with scoped(head):
        fails("objections_open", services.approve_decree, actor=head, decree_id=draft.id)
        services.decide_objection(actor=head, objection_id=made, upheld=True, reason="benar", on=world.DECREE)
        assert services.approve_decree(actor=head, decree_id=draft.id) == 3
        assert Candidate.objects.get(programme_id=programme.id, ref=ref).state == "refused_verification"


def test_two_accounts_open_the_two_seeds_also_for_the_database(operator):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 6)))
    with scoped(operator):
        run = {"actor": operator, "programme_id": programme.id}
        services.record_verification_many(**run, rows=verified([str(n) for n in range(1, 7)]))
        services.freeze_list(**run, on=world.FREEZE)
        services.reveal_seed(**run, party=1, seed=world.SEEDS[0], on=world.FREEZE)
        fails("same_person", services.reveal_seed, **run, party=2, seed=world.SEEDS[1], on=world.FREEZE)
        second = LotteryCommitment.objects.filter(party=2)
        for opener in (operator.account_id, operator.account_id + 7):
            with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
                second.update(seed=world.SEEDS[1], opened_by=opener, opened_on=world.FREEZE)


def test_the_frozen_rules_decide_whatever_was_written_since(operator):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 7)))
    with scoped(operator):
        run = {"actor": operator, "programme_id": programme.id}
        services.record_verification_many(**run, rows=verified([str(n) for n in range(1, 8)]))
        services.freeze_list(**run, on=world.FREEZE)
        world.reveal(operator, programme.id)
        services.create_programme(actor=operator, config=world.config(quota={"total": 2, "35.12.04": 1}))
        chosen = services.run_selection(**run, on=world.FREEZE)
        assert chosen.selected == 4
        row = SelectionRun.objects.get()
        assert (row.version.number, row.quotas["0"]["places"]) == (1, 4)


def offer(**changes: object) -> NewOffer:
    facts = {
        "code": "bpnt", "name": "Sembako", "provider": "Dinas Sosial", "aim": "Pangan", "target": "Lansia",
        "form": "barang", "how": "Melalui kelurahan", "contact": "0338-000000", "open_from": date(2024, 1, 1),
        "conditions": {"age_min": 60},
    }  # fmt: skip
    return NewOffer(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_family_is_referred_with_a_date_for_the_answer(operator, head):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 2)))
    with scoped(operator):
        assert services.save_offers_many(actor=operator, offers=[offer()]) == 1
        assert services.save_offers_many(actor=operator, offers=[offer()]) == 0
        assert services.save_offers_many(actor=operator, offers=[offer(contact="0338-111111")]) == 1
        fails("offer_bad", services.save_offers_many, actor=operator, offers=[offer(aim=" ")])
        fails("offer_bad", services.save_offers_many, actor=operator, offers=[offer(conditions={"height": 3})])
        (row,) = offers(actor=operator)
        candidate = Candidate.objects.get(programme_id=programme.id, ref="1")
        send = {"actor": operator, "candidate_id": candidate.pk, "offer_id": row.id, "on": date(2024, 3, 1)}
        fails("offer_bad", services.refer, **send, reason="lansia", answer_due=date(2024, 2, 1))
        made = services.refer(**send, reason="lansia", answer_due=date(2024, 3, 15))
        fails("referral_open", services.refer, **send, reason="lansia", answer_due=date(2024, 3, 15))
        task = Task.objects.get(kind="referral")
        assert (task.due_on, task.owner_role, task.state) == (date(2024, 3, 15), "operator", "open")
        reply = {"actor": operator, "referral_id": made, "on": date(2024, 3, 10)}
        fails("reason_needed", services.answer_referral, **reply, answer="refused", note="")
        services.answer_referral(**reply, answer="accepted", note="mulai April")
        fails("already_decided", services.answer_referral, **reply, answer="accepted", note="")
        assert Task.objects.get(kind="referral").state == "done"
        assert Referral.objects.get().answer == "accepted"
    with scoped(head):
        fails("not_allowed", services.save_offers_many, actor=head, offers=[offer()])
    with scoped(PUBLIC), connection.cursor() as cursor:
        cursor.execute("SELECT name, contact, office FROM public_offer")
        assert cursor.fetchall() == [("Sembako", "0338-111111", "Dinas Sosial Kabupaten Situbondo")]
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("SELECT * FROM programmes_referral")


def test_the_signed_paper_is_kept_by_its_hash(operator, make_actor, tmp_path: Path):
    file = StoredFile.objects.create(
        area=3512000000, office_id=operator.office, sha256=b"0" * 32, media_type="application/pdf", size=1, name="sk",
        purpose="document",
    )  # fmt: skip
    letter = Document.objects.create(
        area=3512000000, office_id=operator.office, kind="sk", number="1", title="SK", occurred_on=world.DECREE,
        token="t" * 24, data={}, data_sha256=b"1" * 32, file=file,
    )  # fmt: skip
    keep = {"document_id": letter.pk, "signed_on": world.DECREE}
    with override_settings(BERDAYA_FILES=tmp_path), scoped(operator):
        fails("scan_bad", services.keep_scan, actor=operator, **keep, content=b"<svg/>")
        first = services.keep_scan(actor=operator, **keep, content=b"%PDF-1.7 tanda tangan")
        assert services.keep_scan(actor=operator, **keep, content=b"%PDF-1.7 tanda tangan") == first
        assert SignedScan.objects.get().sha256 == first == bytes(SignedScan.objects.get().file.sha256).hex()
        with pytest.raises(DatabaseError), transaction.atomic():
            SignedScan.objects.update(sha256="0" * 64)
    other = make_actor("operator", office="diskop-situbondo")
    with scoped(other):
        fails("not_found", services.keep_scan, actor=other, **keep, content=b"%PDF-1.7 lain")


def test_consent_is_read_aloud_once_and_can_be_taken_back(operator, make_actor):
    (home, _), *_ = world.families(operator, 1)
    given = NewConsent(
        home.pk, "programme", date(2024, 3, 1), "thumbprint", "Madura", "Yusuf", "Slamet", copy_left=True
    )
    with scoped(operator):
        bad = NewConsent(home.pk, "programme", date(2024, 3, 1), "thumbprint", "Madura", "Yusuf")
        fails("consent_bad", record_consents_many, actor=operator, consents=[bad])
        assert record_consents_many(actor=operator, consents=[given, given]) == 1
        assert record_consents_many(actor=operator, consents=[given]) == 0
        withdraw_consent(actor=operator, household_id=home.pk, purpose="programme", on=date(2024, 4, 1))
        fails("not_found", withdraw_consent, actor=operator, household_id=home.pk, purpose="programme", on=world.FREEZE)
        row = Consent.objects.get()
        assert (row.language, row.witness, row.copy_left, row.withdrawn_on) == (
            "Madura",
            "Slamet",
            True,
            date(2024, 4, 1),
        )
    far = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    with scoped(far):
        assert record_consents_many(actor=far, consents=[given]) == 0
