"""Who answers for a command that runs as the owner of the tables: an account with a name, for the audit trail."""

from __future__ import annotations

from django.core.management.base import CommandError

from berdaya.access.models import Account
from berdaya.kernel.scope import Actor


def custodian(username: str) -> Actor:
    """The actor of an active account. Raises `CommandError` where there is none."""
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise CommandError(f"Akun {username} tidak ada / there is no account {username}")
    return Actor(kind="staff", role="custodian", account_id=account.pk, name=account.name)
