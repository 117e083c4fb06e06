"""``berdaya run FOLDER``: walk one programme as far as its files and its approvals reach."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from berdaya.access.models import Account, Office
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import SIGN_IN
from berdaya.audit.models import AuditEntry
from berdaya.audit.services import record
from berdaya.kernel.bulk import refresh_statistics
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import scoped
from berdaya.process import cast
from berdaya.process.folder import Folder
from berdaya.process.offices import NewOffice, ensure_office
from berdaya.process.steps import STEPS
from berdaya.process.walk import Walk
from berdaya.programmes.configfile import load_config
from berdaya.programmes.models import Programme
from berdaya.programmes.types import ProgrammeConfig

FINISHED = "walk.finished"
WAITS_FOR_PEOPLE = frozenset({"awaiting_approval", "lottery_needed", "objections_running", "objections_open"})
"""Problems that only a person can end: an approval, or the opening of a seed. A walk stops there and says so."""

register(
    {
        "run_needs_user": Entry(
            id="Sebutkan atas nama siapa langkah diambil: --user NAMA.",
            en="Say in whose name the steps are taken: --user NAME.",
            do_id="Pakai nama pengguna operator pada kantor {office}.",
            do_en="Use the user name of an operator of {office}.",
        ),
        "run_office_unknown": Entry(
            id="Kantor {office} pada programme.toml belum terdaftar, atau {user} tidak berperan di sana.",
            en="The office {office} of programme.toml is not registered, or {user} holds no role there.",
            do_id="Daftarkan kantor dengan: ./berdaya manage new_office.",
            do_en="Register the office with: ./berdaya manage new_office.",
            status=404,
        ),
    }
)


def run_folder(folder: Path, *, username: str | None = None, say: Callable[[str], None] | None = None) -> list[str]:
    """Take every step that is possible now; answers one line per step, the last one saying what it waits for.

    In a demo database two named actors make and check; elsewhere ``username`` makes, and somebody else must check.
    """
    config = load_config(folder)
    walk = demo_walk(folder, config, say) if settings.DEMO else _walk(folder, config, username, say)
    return list(go(walk))


def go(walk: Walk) -> Iterator[str]:
    """The steps in their order; what only a person can do ends the walk, any other problem is raised."""
    if is_finished(walk):
        yield "selesai: berkas yang sama sudah dijalankan sampai akhir"
        return
    files = Folder(walk)
    for name, step in STEPS:
        try:
            line = f"{name}: {step(walk, files)}"
        except Problem as problem:
            if problem.code not in WAITS_FOR_PEOPLE:
                raise
            yield f"{name}: {problem.told()}"
            return
        with scoped(walk.maker):
            refresh_statistics()
        walk.note(line)
        yield line

    with walk.acting("finished") as actor:
        record(
            actor=actor,
            name=FINISHED,
            subject_kind="programme",
            subject_id=walk.programme,
            digest=digest_of(walk.folder),
        )


def is_finished(walk: Walk) -> bool:
    """True where this very folder has been walked to its end: a change in any of its files walks it again."""
    with scoped(walk.maker):
        programme = Programme.objects.filter(code=walk.code).values_list("id", flat=True).first()
        if programme is None:
            return False
        return AuditEntry.objects.filter(
            name=FINISHED, subject_id=str(programme), body__digest=digest_of(walk.folder)
        ).exists()


def digest_of(folder: Path) -> str:
    """SHA-256 over names and contents of the folder's files, in the order of their names."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def office_code(config: ProgrammeConfig) -> str:
    """The office's code: its name in small letters with hyphens."""
    words = "".join(letter if letter.isalnum() else " " for letter in config.programme.office.lower()).split()
    return "-".join(words)[:60]


def demo_walk(folder: Path, config: ProgrammeConfig, say: Callable[[str], None] | None) -> Walk:
    """The walk of one example programme: its office is made first, under the code that follows from its name."""
    office = ensure_office(
        NewOffice(
            code=office_code(config),
            name=config.programme.office,
            area=config.programme.area,
            letterhead={"city": config.letter.city},
        )
    )
    maker, checker = cast.staff(office)
    return Walk(folder, config, office, maker, checker, say or _silent)


def _walk(folder: Path, config: ProgrammeConfig, username: str | None, say: Callable[[str], None] | None) -> Walk:
    name = config.programme.office
    if not username:
        raise Problem("run_needs_user", office=name)
    with scoped(SIGN_IN):
        account = Account.objects.filter(username=username.lower(), is_active=True).first()
    for choice in roles_of(account.pk) if account else ():
        actor = actor_for(account.pk, name=account.name, role_id=choice.id) if account else None
        if actor is None or "import.run" not in actor.permissions:
            continue
        with scoped(actor):
            office = Office.objects.filter(pk=choice.office_id or 0, name=name).first()
        if office is not None:
            return Walk(folder, config, office, actor, None, say or _silent)
    raise Problem("run_office_unknown", office=name, user=username)


def _silent(_: str) -> None:
    pass
