"""The world of the sync benchmark: offices, mentors with a phone and ten businesses each, laid by the owner."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from berdaya.kernel.ids import NAMESPACE

OFFICES = 20
FAMILIES = 10
FIRST = date(2024, 10, 5)
TODAY = date(2026, 10, 31)

LAY = """
INSERT INTO access_office (id, code, name, area, kind, letterhead, paper, brand, time_zone)
SELECT 900000 + n, 'bench-' || n, 'Kantor uji ' || n, 3500000000 + n * 1000000, 'dinsos', '{}', 'A4', '#1F3F6B', 'WIB'
FROM generate_series(1, %(offices)s::int) n ON CONFLICT DO NOTHING;
CREATE TEMP TABLE phone AS
SELECT n, 900000 + 1 + n %% %(offices)s::int AS office,
       3500000000 + (1 + n %% %(offices)s::int) * 1000000 + 10001 AS area,
       (%(prefix)s::text || lpad(n::text, 8, '0'))::uuid AS device, 9000000 + n AS account
FROM generate_series(%(first)s::int, %(last)s::int) n;
INSERT INTO access_account (id, username, name, password, is_active, must_change_password, language, demo)
SELECT account, 'bench' || n, 'Pendamping ' || n, '!', true, false, 'id', true FROM phone;
INSERT INTO access_role (id, account_id, kind, title, office_id, all_offices, area, ranges, valid_from)
SELECT account, account, 'mentor', 'Pendamping', office, false, area / 1000000 * 1000000,
       jsonb_build_array(jsonb_build_array(area / 1000000 * 1000000, area / 1000000 * 1000000 + 999999)), '2024-01-01'
FROM phone;
INSERT INTO enterprises_mentor (id, area, office_id, code, name, phone, areas, account_id, synthetic)
SELECT device, area, office, 'bench' || n, 'Pendamping ' || n, '', '[]', account, true FROM phone;
INSERT INTO devices_device (id, area, office_id, account_id, role_id, name, platform, app, hash, enrolled_at)
SELECT device, area / 1000000 * 1000000, office, account, account, 'HP uji', '', '',
       sha256(('bdd_bench' || n)::bytea), '2026-10-01' FROM phone;
CREATE TEMP TABLE family AS
SELECT p.*, f, overlay(p.device::text placing lpad(f::text, 4, '0') from 10 for 4)::uuid AS id
FROM phone p, generate_series(1, %(families)s::int) f;
INSERT INTO people_household (id, area, address, phone, incomplete, synthetic)
SELECT id, area, 'Dusun ' || f, '', false, true FROM family;
INSERT INTO people_person (id, area, household_id, name, name_key, birth_place, sex, marital, phone, is_head,
  occupation, synthetic)
SELECT id, area, id, 'Keluarga ' || f, 'keluarga', '', '', '', '081200000000', true, '', true FROM family;
INSERT INTO enterprises_enterprise (id, area, office_id, household_id, kind, name, started_on, ref, synthetic)
SELECT id, area, office, id, 'fish_crackers', 'Usaha ' || f, '2024-09-01', '', true FROM family;
INSERT INTO enterprises_mentorassignment (id, area, office_id, enterprise_id, mentor_id, since)
SELECT id, area, office, id, device, '2024-09-01' FROM family;
INSERT INTO access_rolesubject (role_id, account_id, office_id, area, list, subject_id)
SELECT account, account, office, area, kind, id FROM family, unnest(ARRAY['enterprises', 'households']) kind;
DROP TABLE phone, family;
"""


@dataclass(frozen=True)
class Phone:
    """One phone of the benchmark: its number, device and token."""

    number: int
    device: str
    token: str


def lay(owner: psycopg.Connection[Any], *, first: int, count: int, families: int = FAMILIES) -> list[Phone]:
    """``count`` mentors with a phone each, numbered from ``first``."""
    values = {
        "offices": OFFICES,
        "first": first,
        "last": first + count - 1,
        "families": families,
        "prefix": "be000000-0000-7000-8000-0000",
    }
    for statement in LAY.split(";\n"):
        if statement.strip():
            owner.execute(statement, values if "%(" in statement else None)  # type: ignore[arg-type]
    owner.commit()
    owner.autocommit = True
    owner.execute("ANALYZE")
    owner.autocommit = False
    return [Phone(n, device_of(n), f"bdd_bench{n}") for n in range(first, first + count)]


def device_of(number: int) -> str:
    """The device of a phone, as the SQL above makes it."""
    return f"be000000-0000-7000-8000-0000{number:08d}"


def family_of(number: int, family: int) -> str:
    """The business of a phone's family."""
    device = device_of(number)
    return f"{device[:9]}{family:04d}{device[13:]}"


def records_of(phone: Phone, count: int, *, round_: int = 0) -> list[dict[str, Any]]:
    """``count`` visits of a phone to its families, one a month for each."""
    found = []
    for number in range(count):
        day = FIRST + timedelta(days=30 * (number // FAMILIES))
        found.append(
            {
                "id": str(record_id(phone, number, round_)),
                "kind": "visit",
                "version": 1,
                "revision": 1,
                "device_at": f"{day}T09:12:44+07:00",
                "body": {
                    "enterprise": family_of(phone.number, 1 + number % FAMILIES),
                    "on": str(day),
                    "method": "seen",
                    "production_days": 10 + number % 15,
                    "turnover_idr": 400_000 + 10_000 * number,
                    "cost_idr": 200_000 + 5_000 * number,
                    "stock_idr": 50_000,
                    "workers": 1 + number % 3,
                    "active_members": None,
                    "problem": "harga bahan naik",
                    "advice": "catat penjualan tiap hari",
                    "next_step": "buku kas diisi sampai kunjungan berikut",
                    "advice_check": "partly",
                    "note": "",
                    "position": {"lat": -7.70123 - number / 10_000, "lon": 114.0098, "accuracy_m": 12},
                },
            }
        )
    return found


def record_id(phone: Phone, number: int, round_: int = 0) -> UUID:
    """The id that a phone gives its record; the same at every call, so that it can be looked for afterwards."""
    return uuid5(NAMESPACE, f"bench-{round_}-{phone.number}-{number}")


def body_of(phone: Phone, seq: int, records: list[dict[str, Any]], sent_at: str) -> bytes:
    """A push as JSON."""
    return json.dumps({"device": phone.device, "seq": seq, "sent_at": sent_at, "records": records}).encode()


def owner() -> psycopg.Connection[Any]:
    """A connection as the owner of the tables, past every policy."""
    made = psycopg.connect(os.environ["BERDAYA_OWNER_URL"])
    made.execute("SET ROLE berdaya_owner")
    return made


def parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    """Items in parts of ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
