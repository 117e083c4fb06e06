"""The steps of a walk in their order; each looks at what is there already and does what is missing."""

from __future__ import annotations

from collections.abc import Callable

from berdaya.process.folder import Folder
from berdaya.process.steps import (
    accountability,
    businesses,
    capital,
    closing,
    coaching,
    funds_shown,
    goods,
    lists,
    market,
    partners,
    potential,
    registers,
    selection,
    training,
    village,
)
from berdaya.process.walk import Walk

Step = Callable[[Walk, Folder], str]


def _market(walk: Walk, files: Folder) -> str:
    sheets = files.market
    if sheets is None:
        return "tanpa berkas pasar"
    return f"{market.publish(walk, sheets)}; {market.exhibit(walk, sheets)}"


STEPS: tuple[tuple[str, Step], ...] = (
    ("program", lists.open_programme),
    ("daftar pendukung", registers.take),
    ("daftar calon", lists.take),
    ("syarat", lambda walk, _: selection.judge(walk)),
    ("musyawarah", village.meet),
    ("verifikasi", lambda walk, files: selection.verify(walk, files.verification)),
    ("peringkat", lambda walk, _: selection.rank(walk)),
    ("masa sanggah", village.hear),
    ("SK", lambda walk, _: selection.decree(walk)),
    ("penggantian", lambda walk, _: selection.replace(walk)),
    ("rujukan", village.refer),
    ("pelatihan", training.place),
    ("kehadiran", training.attend),
    ("kelompok", training.form),
    ("potensi", potential.know),
    ("usaha", lambda walk, _: businesses.start(walk)),
    ("pendamping", lambda walk, files: businesses.give_to_mentors(walk, files.mentors)),
    ("barang", goods.hand_over),
    ("dana", lambda walk, _: capital.open_funds(walk)),
    ("pembayaran", lambda walk, files: capital.pay(walk, files.payments)),
    ("kata penerima", lambda walk, _: accountability.speak(walk)),
    ("kunjungan", lambda walk, files: businesses.visit(walk, files.visits)),
    ("pasar", _market),
    ("status", lambda walk, _: businesses.judge(walk)),
    ("mitra", partners.promise),
    ("pembinaan", lambda walk, _: coaching.coach(walk)),
    ("kelas kelompok", lambda walk, _: funds_shown.grow(walk)),
    ("graduasi", lambda walk, _: closing.graduate(walk)),
    ("laporan", lambda walk, _: closing.report(walk)),
)
"""Name in the report of a run -> what is done."""
