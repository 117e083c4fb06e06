"""From the frozen list to the signed decree: screening, eligibility, verification, ranking within quota, SK."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from berdaya.intake.types import VerificationRow
from berdaya.process import by_hand
from berdaya.process.letters import issue_decree
from berdaya.process.verification import verification_of
from berdaya.process.walk import Walk
from berdaya.programmes.models import Candidate, Decree
from berdaya.programmes.services.candidates import record_verification_many
from berdaya.programmes.services.decrees import propose_decree
from berdaya.programmes.services.selection import freeze_list, run_selection

OWN_WORDS = (
    "Kami biasa jualan kecil-kecilan, tapi modalnya sering habis untuk makan.",
    "Ingin usaha di rumah supaya bisa menjaga anak.",
    "",
    "Dulu pernah jualan, berhenti waktu suami sakit.",
    "",
)
"""What synthetic families say when they are visited."""


def _own_words(ref: str) -> str:
    return OWN_WORDS[int(ref) % len(OWN_WORDS)] if ref.isdecimal() else ""


def judge(walk: Walk) -> str:
    """Screen everybody against lists and aid, then judge each by the programme's rules."""
    with walk.acting("eligibility") as actor:
        if Candidate.objects.filter(programme=walk.programme, decreed_on__isnull=False).exists():
            return "sudah dinilai"
        done = by_hand.judge(actor=actor, programme_id=walk.programme, on=walk.config.dates.proposal)
    return f"{done.screened.candidates} disaring, {done.eligible} memenuhi syarat"


def verify(walk: Walk, rows: Iterable[VerificationRow]) -> str:
    """House visits and village meetings, as their sheet tells them."""
    with walk.acting("verification") as actor:
        done = record_verification_many(
            actor=actor,
            programme_id=walk.programme,
            rows=[verification_of(row, own_words=_own_words(row.ref) if walk.synthetic else "") for row in rows],
        )
    return f"{done.accepted} diterima, {done.refused} gugur"


def rank(walk: Walk) -> str:
    """Freeze the list, open the two parties' seeds, rank within quota.

    In a demo the seeds are those that the folder names; elsewhere the parties reveal them themselves, and where
    equals compete for the last places, ranking waits for them.
    """
    on = _ranked_on(walk)
    seeds = walk.config.example.lottery_seeds if walk.config.example and walk.checker else ()
    with walk.acting("ranking") as actor:
        frozen = freeze_list(actor=actor, programme_id=walk.programme, on=on)
        if seeds:
            by_hand.open_seed(actor=actor, programme_id=walk.programme, party=1, seed=seeds[0], on=on)
    if len(seeds) > 1:
        with walk.checking("lottery") as checker:
            by_hand.open_seed(actor=checker, programme_id=walk.programme, party=2, seed=seeds[1], on=on)
    with walk.acting("ranking") as actor:
        selected = run_selection(actor=actor, programme_id=walk.programme, on=on)
    return f"{frozen.count} dalam daftar beku, {selected.selected} terpilih, {selected.waiting} menunggu"


def _ranked_on(walk: Walk) -> date:
    dates = walk.config.dates
    return dates.verification or dates.proposal


def decree(walk: Walk) -> str:
    """Draft the decree; a second person puts it into force."""
    letter, dates = walk.config.letter, walk.config.dates
    on = letter.decree_date or dates.decree or _ranked_on(walk)
    with walk.acting("decree") as actor:
        draft = propose_decree(
            actor=actor, programme_id=walk.programme, number=letter.decree_number or walk.code, decreed_on=on
        )
        approved = Decree.objects.filter(pk=draft.id, approval__checked_by__isnull=False).exists()
    if not approved:
        with walk.checking("SK") as checker:
            by_hand.approve_stage(actor=checker, approval_id=draft.approval_id)
    with walk.acting("decree") as actor:
        issue_decree(actor=actor, decree_id=draft.id, config=walk.config)
    return f"SK {draft.number}: {draft.lines} penerima"
