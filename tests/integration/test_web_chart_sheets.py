"""Charts say their finding and their day, stand as words and come as workbooks; three drawn by hand do not."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from berdaya.access.models import Office
from berdaya.audit.models import AuditEntry
from berdaya.web.components.chart_sheets import number_in
from tests import web_world
from tests.integration.test_web_matrix import OWN, arguments, client_of, every_route
from tests.integration.test_web_matrix import world as world  # noqa: PLC0414 - the fixture of the matrix
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
FIGURE = re.compile(r'<figure class="b-chart.*?</figure>', re.DOTALL)
DRAWN_BY_HAND = {"office:growth-rules", "office:simulation", "office:rupiah"}
"""Charts of one page only, which draw two states or a grid: their figures stand in the page's own table or paper."""
LINK = re.compile(r'href="(\?[^"]*bagan=\d+[^"]*)"')


def sheet(client: Client, address: str, link: str) -> list[list[object]]:
    answer = client.get(address + link.replace("&amp;", "&"))
    assert answer.status_code == 200, (address, link)
    assert answer.headers["Content-Disposition"].startswith("attachment"), (address, link)
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", ["operator", "head"])
def test_each_chart_of_each_page(kind: str, world: World) -> None:
    client = client_of(world.office, kind, world)
    charts = 0
    for route in sorted(OWN[kind] & set(every_route()) - DRAWN_BY_HAND):
        address = reverse(route, args=arguments(route, world))
        page = client.get(address)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for figure in FIGURE.findall(page.content.decode()):
            title = re.search(r"<h[23]>(.*?)</h[23]>", figure, re.DOTALL)
            assert title, (route, "a chart without its finding")
            links = LINK.findall(figure)
            assert len(links) == 1, (route, title.group(1), "one workbook for each chart")
            rows = sheet(client, address, links[0])
            assert rows[0][0], (route, title.group(1))
            assert isinstance(rows[1][0], datetime) or hasattr(rows[1][0], "year"), (route, rows[1])
            body = rows[4:]
            assert body, (route, "no rows")
            told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", figure))
            name = re.sub(r"\s+", " ", str(body[0][0]))[:20]
            assert name in told or "b-spark" in figure, (route, body[0])
            charts += 1
    assert charts >= 8, "the pages of the small world draw charts at all"
    assert AuditEntry.objects.filter(name="chart.exported").count() == charts


def test_a_chart_that_is_not_there_or_not_yours_has_no_workbook(world: World) -> None:
    inside = client_of(world.office, "operator", world)
    home = reverse("office:home")
    for wrong in ("0", "99", "x", "-1", "1e3", "999999999999", "²"):
        assert inside.get(f"{home}?bagan={wrong}").status_code == 404, wrong
    programme = reverse("office:fund", args=[world.ids["fund"]])
    near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    assert client_of(near, "operator", world, own=False).get(f"{programme}?bagan=1").status_code == 404
    assert Client().get(f"{programme}?bagan=1").status_code == 302


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250.000", 1_250_000), ("Rp1.250.000", 1_250_000), ("12", 12), ("62%", 62), ("12,5%", 12.5), ("−3", -3),
        ("4 dari 9", 4), ("Rp2,5 miliar", None), ("belum ada", None), ("", None), ("Olean 5", None),
    ],
)  # fmt: skip
def test_figures_are_read_as_the_page_writes_them(text: str, value: float | None) -> None:
    assert number_in(text) == value
