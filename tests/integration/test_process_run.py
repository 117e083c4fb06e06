"""``run`` outside a demo: it goes as far as one person may, and goes on where a second one has decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import override_settings

from berdaya.access.models import Account, Office
from berdaya.access.selectors import actor_for
from berdaya.areas.services import load_areas
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.process.offices import NewOffice, ensure_account, ensure_office, ensure_role
from berdaya.process.run import run_folder
from berdaya.programmes.models import Candidate, Decree
from berdaya.programmes.services.decrees import approve_decree
from berdaya.programmes.services.selection import reveal_seed

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[2] / "examples" / "kupang-kube-2024"
OFFICE = "Dinas Sosial Kota Kupang"
AREA = 5371000000


@pytest.fixture
def office(tmp_path: Path) -> Office:
    load_areas(within=AREA)
    return ensure_office(NewOffice("dinsos-kupang", OFFICE, AREA))


def account(office: Office, username: str, kind: str) -> Account:
    made = ensure_account(username=username, name=f"{username} (contoh)", password=None)
    ensure_role(account=made, kind=kind, office=office)
    return made


def test_it_stops_at_the_decree_and_goes_on_after_it(office: Office, tmp_path: Path) -> None:
    operator, head = account(office, "yohana", "operator"), account(office, "markus", "head")
    with override_settings(DEMO=False, BERDAYA_FILES=tmp_path):
        first = run_folder(FOLDER, username="yohana")
        assert first[-1].startswith("SK: Menunggu persetujuan petugas kedua"), first[-1]
        assert Candidate.objects.filter(decreed_on__isnull=False).count() == 0
        checker = actor_for(head.pk)
        decree = Decree.objects.get()
        with pytest.raises(Problem), scoped(actor_for(operator.pk)):
            approve_decree(actor=actor_for(operator.pk), decree_id=decree.pk)
        with scoped(checker):
            approve_decree(actor=checker, decree_id=decree.pk)
        second = run_folder(FOLDER, username="yohana")
        assert Candidate.objects.filter(decreed_on__isnull=False).count() == 30
        assert second[-1].startswith("pelatihan: Menunggu persetujuan petugas kedua"), second[-1]
        assert run_folder(FOLDER, username="yohana")[-1] == second[-1]


def test_it_names_who_is_missing(office: Office) -> None:
    account(office, "yohana", "auditor")
    with override_settings(DEMO=False):
        for username, code in (
            (None, "run_needs_user"),
            ("tidak-ada", "run_office_unknown"),
            ("yohana", "run_office_unknown"),
        ):
            with pytest.raises(Problem) as caught:
                run_folder(FOLDER, username=username)
            assert caught.value.code == code


def test_a_seed_is_opened_by_its_own_party_only(office: Office, tmp_path: Path) -> None:
    account(office, "yohana", "operator")
    with override_settings(DEMO=False, BERDAYA_FILES=tmp_path):
        run_folder(FOLDER, username="yohana")
    maker = actor_for(Account.objects.get(username="yohana").pk)
    programme = Decree.objects.get().programme_id
    with scoped(maker), pytest.raises(Problem) as caught:
        reveal_seed(
            actor=maker, programme_id=programme, party=1, seed="bukan seed ini", on=Decree.objects.get().decreed_on
        )
    assert caught.value.code == "lottery_seed_mismatch"
