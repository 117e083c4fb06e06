"""What each kind of role may do. *Where* stands in the scope, *in which state* in each package's ``states``.

Pairs: :func:`require` raises and says why, :func:`can` answers. Codes are ``package.verb``.
"""

from __future__ import annotations

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

_READ = {"programme.read", "family.read", "group.read", "business.read", "task.read", "document.read", "report.read"}
_OPERATE = {
    "import.run", "candidate.propose", "candidate.screen", "selection.run", "decree.propose", "class.plan",
    "placement.propose", "attendance.record", "group.manage", "package.manage", "handover.record", "fund.manage",
    "fund.record", "business.manage", "visit.record", "mentor.assign", "status.refresh", "market.manage",
    "graduation.assess", "report.make", "document.issue", "task.manage", "task.complete", "resource.record",
    "verification.record", "family.move", "family.correct", "family.merge", "aid.register", "exclusion.register",
    "export", "programme.manage", "instrument.manage", "confirmation.record", "lpj.write", "complaint.file",
    "procurement.manage", "proposal.appraise", "catalogue.manage", "group.coach",
    "group.take_on",
}  # fmt: skip
_CHECK = {
    "stage.approve", "decree.approve", "placement.publish", "handover.approve", "graduation.approve", "nik.reveal",
    "import.confirm",
    "account.manage", "task.manage", "task.complete", "report.make", "export", "selection.run", "lpj.decide",
    "confirmation.record", "complaint.file", "complaint.handle", "procurement.approve", "proposal.approve",
    "fund.approve",
}  # fmt: skip

_VILLAGE = {"meeting.record", "objection.record", "consent.record", "screen.overrule"}
_OPERATE |= _VILLAGE | {"meeting.plan", "meeting.accept", "referral.manage"}
_CHECK |= {"meeting.accept", "objection.decide", "consent.check"}

PERMISSIONS: dict[str, frozenset[str]] = {
    # office
    "operator": frozenset(_READ | _OPERATE),
    "verifier": frozenset(_READ | _VILLAGE | {"verification.record", "task.complete", "nik.reveal", "visit.record",
                                              "consent.check"}),
    "supervisor": frozenset(_READ | _CHECK | {"family.move", "family.merge", "mentor.assign"}),
    "head": frozenset(_READ | _CHECK),
    "admin": frozenset({"account.manage", "office.manage", "programme.read"}),
    # above the offices
    "auditor": frozenset(_READ | {"export", "complaint.handle", "task.complete"}),
    "mayor": frozenset({"programme.read", "report.read", "business.read", "task.read"}),
    "camat": frozenset({"programme.read", "business.read", "group.read", "task.read", "task.complete", "report.read"}),
    "lurah": frozenset({"programme.read", "business.read", "group.read", "task.read", "task.complete", "report.read",
                        "meeting.record", "objection.record", "resource.record"}),
    "ukpd": frozenset({"programme.read", "business.read", "task.read", "task.complete", "report.read"}),
    # by subject
    "mentor": frozenset({"programme.read", "business.read", "group.read", "family.read", "task.read", "task.complete",
                         "visit.record"}),
    "sponsor": frozenset({"group.read", "group.coach", "business.read", "task.read", "task.complete"}),
    "group_officer": frozenset({"group.read", "fund.read", "fund.record", "business.read", "lpj.write"}),
    "trainer": frozenset({"class.read", "attendance.record"}),
    "public": frozenset(),
}  # fmt: skip
"""Role kind -> permission codes."""

SUBJECT_ROLES = frozenset({"mentor", "sponsor", "group_officer", "trainer"})
"""Roles that see only their own groups, businesses, households or classes."""

ROLE_NAMES: dict[str, tuple[str, str]] = {
    "operator": ("Operator Dinas Sosial", "Office operator"),
    "verifier": ("Verifikator (TKSK)", "Verifier (TKSK)"),
    "supervisor": ("Kepala Bidang", "Supervisor"),
    "head": ("Kepala Dinas", "Head of office"),
    "admin": ("Admin Kantor", "Office administrator"),
    "auditor": ("Auditor / Inspektorat", "Auditor"),
    "mayor": ("Walikota / Bupati", "Mayor / regent"),
    "camat": ("Camat", "Head of kecamatan"),
    "lurah": ("Lurah / Kepala Desa", "Head of village"),
    "ukpd": ("Petugas UKPD", "City office officer"),
    "mentor": ("Pendamping", "Mentor"),
    "sponsor": ("Lembaga Pembina", "Sponsor organisation"),
    "group_officer": ("Pengurus Kelompok", "Group officer"),
    "trainer": ("Pelatih", "Trainer"),
    "public": ("Publik", "Public"),
}
"""Role kind -> Indonesian and English name."""


def can(actor: Actor, permission: str) -> bool:
    """True where the actor's active role holds ``permission``."""
    return permission in actor.permissions


def require(actor: Actor, permission: str) -> None:
    """Raise ``not_allowed`` unless the actor's active role holds ``permission``."""
    if not can(actor, permission):
        raise Problem("not_allowed", role=actor.role, permission=permission)


def signed(actor: Actor) -> int:
    """The account that answers for a fact; raises ``not_allowed`` for an actor without one."""
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="sign")
    return actor.account_id
