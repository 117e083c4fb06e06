"""From the frozen list to the signed decree: screening, eligibility, verification, ranking within quota, SK."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from berdaya.intake.types import VerificationRow
from berdaya.process import by_hand, papers
from berdaya.process.letters import issue_decree
from berdaya.process.verification import verification_of
from berdaya.process.walk import Walk
from berdaya.programmes.models import Candidate, Decree
from berdaya.programmes.services.candidates import record_verification_many
from berdaya.programmes.services.decrees import propose_decree, replace_recipient
from berdaya.programmes.services.selection import freeze_list, run_selection
from berdaya.programmes.values import DecreeRef

OWN_WORDS = (
    "Kami biasa jualan kecil-kecilan, tapi modalnya sering habis untuk makan.",
    "Ingin usaha di rumah supaya bisa menjaga anak.",
    "",
    "Dulu pernah jualan, berhenti waktu suami sakit.",
    "",
)
"""What synthetic families say when they are visited."""
WITHDREW = "Mengundurkan diri: pindah kerja ke luar kota, surat pernyataan terlampir"
WITHDRAWN_AFTER = timedelta(days=14)
REPLACED_AT_MOST = 1_000
"""The demo shows a replacement where screening everybody once more costs little."""


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
    draft = _decreed(walk, letter.decree_number or walk.code, letter.decree_date or dates.decree or _ranked_on(walk))
    return f"SK {draft.number}: {draft.lines} penerima"


def _decreed(walk: Walk, number: str, on: date) -> DecreeRef:
    with walk.acting("decree") as actor:
        draft = propose_decree(actor=actor, programme_id=walk.programme, number=number, decreed_on=on)
        approved = Decree.objects.filter(pk=draft.id, approval__checked_by__isnull=False).exists()
    if not approved:
        with walk.checking("SK") as checker:
            by_hand.approve_stage(actor=checker, approval_id=draft.approval_id)
    with walk.acting("decree") as actor:
        issue_decree(actor=actor, decree_id=draft.id, config=walk.config)
    return draft


def replace(walk: Walk) -> str:
    """In a demo one family withdraws after the decree: the next one enters, by a decree of its own; papers are kept.

    Elsewhere, and where the list is long, nothing happens: people replace recipients on the office web.
    """
    base = walk.config.letter.decree_date or walk.config.dates.decree
    if walk.checker is None or not walk.synthetic or base is None:
        return "dicatat di web kantor"
    on = base + WITHDRAWN_AFTER
    with walk.acting("replacement") as actor:
        everybody = Candidate.objects.filter(programme=walk.programme)
        if everybody.filter(replaced_on__isnull=False).exists():
            return "sudah diganti"
        gone = everybody.filter(state="decreed", household__isnull=False).order_by("-rank", "-list_no").first()
        waiting = everybody.filter(state="waiting").exists()
        if gone is None or not waiting or everybody.count() > REPLACED_AT_MOST:
            return "tidak ada yang mundur"
        done = replace_recipient(actor=actor, candidate_id=gone.pk, reason=WITHDREW, on=on)
        papers.replacement_letter(actor=actor, candidate_id=gone.pk)
    if done.came is None:
        return f"nomor {gone.ref} mundur, tempatnya kosong"
    number = _decreed(walk, f"{walk.config.letter.decree_number or walk.code} Perubahan I", on)
    return f"nomor {gone.ref} mundur, {number.lines} masuk dari daftar tunggu dengan SK {number.number}"
