"""The peer of the ledger benchmark: django-hordak in a process and a schema of its own, driven by lines on its input.

``meeting N M`` commits N times M transfers, each a transaction of its own with two legs, as ``Account.transfer_to``
makes them; ``folded N M`` commits N times one transaction of M credits and one debit, its legs by ``bulk_create``. It
answers ``ready`` once its tables stand, and ``done`` after each line. No row-level security, no chain, no audit.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import django
import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

SCHEMA = "hordak_peer"
MEMBERS = 20


def configure(url: str) -> None:
    """Django with hordak only, as the owner, in the peer's schema."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET ROLE berdaya_owner")
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
    parts = conninfo_to_dict(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.get("dbname"),
                "USER": parts.get("user", ""),
                "PASSWORD": parts.get("password", ""),
                "HOST": parts.get("host", ""),
                "PORT": str(parts.get("port", "")),
                "CONN_MAX_AGE": None,
                "OPTIONS": {"options": f"-c role=berdaya_owner -c search_path={SCHEMA},public"},
            }
        },
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HORDAK_INTERNAL_CURRENCY="IDR",
        DEFAULT_CURRENCY="IDR",
        CURRENCIES=["IDR"],
        HORDAK_MAX_DIGITS=18,
        USE_TZ=True,
    )
    django.setup()


def posters() -> dict[str, Callable[[int, int], None]]:
    """Makes cash and the members' savings; answers what commits ``count`` times ``size`` transfers, by its name."""
    from django.core.management import call_command  # noqa: PLC0415  (after the settings)
    from django.db import transaction  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from hordak.models import Account, AccountType, Leg, Transaction  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    cash = Account.objects.create(name="Kas", code="1", type=AccountType.asset, currencies=["IDR"])
    savings = [
        Account.objects.create(name=f"Simpanan {n}", code=str(100 + n), type=AccountType.liability, currencies=["IDR"])
        for n in range(MEMBERS)
    ]

    def meeting(count: int, size: int) -> None:
        for _ in range(count):
            with transaction.atomic():
                for at in range(size):
                    savings[at % MEMBERS].transfer_to(cash, Money(1_000, "IDR"))

    def folded(count: int, size: int) -> None:
        for _ in range(count):
            with transaction.atomic():
                made = Transaction.objects.create()
                legs = [
                    Leg(transaction=made, account=savings[at % MEMBERS], credit=Money(1_000, "IDR"))
                    for at in range(size)
                ]
                Leg.objects.bulk_create([*legs, Leg(transaction=made, account=cash, debit=Money(1_000 * size, "IDR"))])

    return {"meeting": meeting, "folded": folded}


def main() -> int:
    """Serve lines until the input ends."""
    configure(os.environ["BERDAYA_OWNER_URL"])
    post = posters()
    print("ready", flush=True)
    for line in sys.stdin:
        kind, count, size = line.split()
        post[kind](int(count), int(size))
        print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
