"""``manage new_office``: an office and its first administrator, with the one-time code to sign in with."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandParser

from berdaya.access.models import Account
from berdaya.access.services import CODE_VALID, SIGN_IN
from berdaya.areas.codes import parse_code
from berdaya.kernel import clock
from berdaya.kernel.scope import scoped
from berdaya.process.offices import NewOffice, ensure_account, ensure_office, ensure_role


class Command(BaseCommand):
    help = "Mendaftarkan kantor dan admin pertamanya / register an office and its first administrator"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="kode kantor, mis. dinsos-situbondo")
        parser.add_argument("--name", required=True, help="nama kantor seperti pada kop surat")
        parser.add_argument("--area", required=True, help="kode wilayah Kemendagri, mis. 35.12")
        parser.add_argument("--admin", required=True, help="nama pengguna admin")
        parser.add_argument("--admin-name", required=True, help="nama lengkap admin")

    def handle(self, *_args: Any, **options: Any) -> None:
        office = ensure_office(NewOffice(options["code"], options["name"], parse_code(options["area"])))
        account = ensure_account(username=options["admin"].lower(), name=options["admin_name"], password=None)
        ensure_role(account=account, kind="admin", office=office)
        code = secrets.token_hex(5).upper()
        with scoped(SIGN_IN):
            Account.objects.filter(pk=account.pk).update(
                password=make_password(code), must_change_password=True, code_expires_at=clock.now() + CODE_VALID
            )
        hours = CODE_VALID // timedelta(hours=1)
        self.stdout.write(f"{office.name}: admin {account.username}, kode sekali pakai {code} ({hours} jam)")
