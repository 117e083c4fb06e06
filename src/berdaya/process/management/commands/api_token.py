"""``manage api_token``: lend a role to another system, list what is lent, take it back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from berdaya.access.models import Account, ApiToken, Role
from berdaya.access.selectors import roles_of
from berdaya.access.services import SIGN_IN
from berdaya.access.tokens import issue_token, revoke_token, tokens_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor, scoped
from berdaya.process.offices import installer


class Command(BaseCommand):
    help = "Token API: terbitkan, daftar, cabut / issue, list and revoke API tokens"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", default="", help="nama pengguna / user name")
        parser.add_argument("--role", type=int, help="nomor peran (lihat --roles) / number of the role")
        parser.add_argument("--days", type=int, default=90, help="masa berlaku, hari / days of validity")
        parser.add_argument("--label", default="", help="untuk sistem apa / which system it is for")
        parser.add_argument("--roles", action="store_true", help="daftar peran akun / roles of the account")
        parser.add_argument("--list", action="store_true", help="daftar token / list of tokens")
        parser.add_argument("--revoke", type=int, metavar="TOKEN", help="cabut token / revoke a token")
        parser.add_argument("--reason", default="", help="alasan pencabutan / reason of a revocation")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            if options["revoke"]:
                self._revoke(options["revoke"], options["reason"])
            elif options["list"]:
                self._list(options["user"])
            elif options["roles"]:
                self._roles(options["user"])
            else:
                self._issue(options)
        except Problem as problem:
            raise CommandError(f"{problem.text('id')} / {problem.text('en')}") from problem

    def _issue(self, options: dict[str, Any]) -> None:
        account = _account(options["user"])
        role_id = options["role"]
        if role_id is None or role_id not in {role.id for role in roles_of(account.pk)}:
            raise CommandError(
                f"--role: bukan peran {account.username} yang berlaku; lihat --roles"
                f" / not a role of {account.username} in force; see --roles"
            )
        with scoped(_everywhere()):
            office_id = Role.objects.values_list("office_id", flat=True).get(pk=role_id)
        actor = installer().with_(office=office_id)
        with scoped(actor):
            token = issue_token(actor=actor, role_id=role_id, days=options["days"], label=options["label"])
        self.stderr.write(
            f"Token {token.id}, berlaku sampai / valid until {token.expires_at:%Y-%m-%d}."
            " Ditampilkan sekali saja / shown this once:"
        )
        self.stdout.write(token.secret)

    def _revoke(self, token_id: int, reason: str) -> None:
        with scoped(_everywhere()):
            office_id = ApiToken.objects.filter(pk=token_id).values_list("office_id", flat=True).first()
        if office_id is None:
            raise Problem("not_found")
        actor = installer().with_(office=office_id)
        with scoped(actor):
            revoke_token(actor=actor, token_id=token_id, reason=reason)
        self.stdout.write(f"Token {token_id} dicabut / revoked")

    def _list(self, username: str) -> None:
        actor = _everywhere()
        with scoped(actor):
            rows = tokens_of(actor=actor, username=username)
        for row in rows:
            state = "dicabut / revoked" if row.revoked_at else f"{row.expires_at:%Y-%m-%d}"
            self.stdout.write(f"{row.id}\t{row.username}\t{row.role}\t{state}\t{row.label}")

    def _roles(self, username: str) -> None:
        for role in roles_of(_account(username).pk):
            self.stdout.write(f"{role.id}\t{role.kind}\t{role.title}")


def _account(username: str) -> Account:
    with scoped(SIGN_IN):
        account = Account.objects.filter(username=username.lower(), is_active=True).first()
    if account is None:
        raise CommandError(f"Akun {username!r} tidak ada / there is no account {username!r}")
    return account


def _everywhere() -> Actor:
    return installer().with_(office=ALL_OFFICES)
