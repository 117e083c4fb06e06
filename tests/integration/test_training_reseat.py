"""One participant is moved to another class from the class's own page: with a reason, where there is a seat."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from berdaya.kernel.scope import Actor, scoped
from berdaya.training import services
from berdaya.training.models import Placement, TrainingClass
from berdaya.training.values import NewAttendance
from tests.integration.test_training_pages import client_of
from tests.integration.training_world import families, new_class, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_day")]


def test_one_participant_moves_where_there_is_a_seat(
    operator: Actor, head: Actor, make_actor: Callable[..., Actor]
) -> None:
    programme = placed(
        operator, head, families(operator, 3), new_class("K1", seats=3), new_class("K2", kinds=("chips",), seats=1)
    )
    with scoped(operator):
        ids = {c.code: c.pk for c in TrainingClass.objects.all()}
        first, second, third = Placement.objects.filter(in_force=True, training_class=ids["K1"]).order_by("number")
    office = client_of(operator)
    page = reverse("office:class-work", args=[ids["K1"]])
    assert "Pindahkan satu peserta" in office.get(page, {"bagian": "peserta"}).text

    def move(client=office, who=first, to=ids["K2"], why="dekat rumah") -> int:  # type: ignore[no-untyped-def]
        data = {"aksi": "pindah", "peserta": str(who.pk), "kelas": str(to or ""), "alasan": why}
        return int(client.post(page, data).status_code)

    assert move(why="") == 422
    assert move() == 302
    first.refresh_from_db()
    assert first.training_class_id == ids["K2"]
    assert first.reason["text"] == "dekat rumah"
    assert "dekat rumah" in office.get(reverse("office:class", args=[ids["K2"]])).text
    assert move(who=second) == 409, "the one seat of K2 is taken"
    assert move(who=first) == 422, "who sits elsewhere is not on this class's list"
    with scoped(operator):
        came = NewAttendance(sessions=5, attended=5, placement_id=third.pk)
        services.record_attendance_many(actor=operator, programme_id=programme.id, rows=[came])
    assert move(who=third, to=None) == 422, "who came stays"
    assert move(who=second, to=None, why="sakit") == 302
    second.refresh_from_db()
    assert second.training_class_id is None
    trainer = client_of(make_actor("trainer", kind="subject", office=None, classes=(ids["K1"],)))
    stranger = client_of(make_actor("operator", office="diskop-situbondo"))
    for client in (trainer, stranger, client_of(head)):
        assert move(client, who=third, to=None) in {403, 404}
