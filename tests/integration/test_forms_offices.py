"""A new office has the shipped instruments from its first day, and asking again makes no second ones."""

from __future__ import annotations

import pytest

from berdaya.forms.models import Instrument
from berdaya.process.offices import NewOffice, ensure_office

pytestmark = pytest.mark.django_db


def test_an_office_starts_with_the_shipped_instruments() -> None:
    facts = NewOffice(code="dinsos-uji", name="Dinas Sosial Kabupaten Situbondo", area=3512000000)
    office = ensure_office(facts)
    assert ensure_office(facts).pk == office.pk
    found = Instrument.objects.filter(office=office).values_list("code", flat=True)
    assert sorted(found) == ["assessment", "monitoring_kube", "monitoring_uep"]
