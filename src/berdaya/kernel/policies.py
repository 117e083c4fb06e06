"""What a table lets whom do, declared beside the table.

A model carries ``policy = Shared(...)`` or one of its siblings; ``manage migrate`` turns the declarations into
row-level security, grants and composite foreign keys (``berdaya.access.policies``). A model without one fails a test.

Vocabulary: *staff* is the application's own database role, *subject* the role of people who see only their own rows
(mentors their caseload, officers and sponsors their groups, trainers their classes), *public* reads views only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Subject = Literal["groups", "enterprises", "households", "classes"]


@dataclass(frozen=True)
class Policy:
    """What all kinds share.

    ``root``: foreign-key fields whose target carries the same ``area``; the area then follows its root by a composite
    foreign key ``ON UPDATE CASCADE``. ``subject``: which of the subject's id lists opens a row, as list name -> column.
    """

    reason: str = ""
    root: tuple[str, ...] = ()
    subject: Mapping[Subject, str] = field(default_factory=dict)
    subject_insert: bool = False
    subject_update: bool = False
    subject_own: str = ""
    """Column with the account that made the row: the subject role reads its own rows, and adds them in its own place
    (area and office), besides what ``subject`` opens."""
    insert: bool = True
    update: bool = True
    delete: bool = False
    dependants: tuple[str, ...] = ()
    """Columns of lower packages (``app.Model.column``) whose row carries this row's area: the area follows likewise."""
    restrict: str = ""
    """SQL that must hold besides everything else, for every role and every statement (a RESTRICTIVE policy)."""


@dataclass(frozen=True)
class Shared(Policy):
    """By area: every office that works in the area (households, persons, aid received)."""


@dataclass(frozen=True)
class Process(Policy):
    """By area *and* office: process, goods and money; the row has ``area`` and ``office``."""

    insert_any: bool = False
    """Everybody may append (the audit trail), though only the area and office may read."""
    any_office_update: bool = False
    """Roles above the offices (lurah, camat) may update too: they complete tasks of several offices."""
    any_office_insert: bool = False
    """Roles above the offices may add rows inside their area too: a lurah takes down an objection."""


@dataclass(frozen=True)
class Ladder(Policy):
    """Configuration without personal data: readable where its area contains, lies in or invites the scope.

    Writable only inside the scope. ``invited`` names a bigint[] column of area codes that are invited.
    """

    invited: str = ""


@dataclass(frozen=True)
class Through(Policy):
    """As visible as the parent row: ``parent`` is the foreign-key field; for details without area of their own."""

    parent: str = ""


@dataclass(frozen=True)
class Open(Policy):
    """Readable by every signed-in role (``public``: by the public too); needs a reason."""

    insert: bool = False
    update: bool = False
    public: bool = False


@dataclass(frozen=True)
class Own(Policy):
    """Only rows of the account itself: ``column`` holds the account's id.

    With ``process`` the office that gives out roles in its area sees and changes them too; the account itself never
    changes what it may do.
    """

    column: str = "account_id"
    process: bool = False


@dataclass(frozen=True)
class OwnerOnly(Policy):
    """No role but the owner touches the table; definer functions speak for it. Needs a reason."""

    insert: bool = False
    update: bool = False
