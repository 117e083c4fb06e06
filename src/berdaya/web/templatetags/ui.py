"""Template tags: one per part in ``components.parts``; each draws what it is given and asks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.web.components import icons
from berdaya.web.components.chart_sheets import offered
from berdaya.web.components.charts import Spark, TileMap
from berdaya.web.components.parts import (
    Badge,
    Bars,
    Criterion,
    Crumb,
    Event,
    Fact,
    Figure,
    Funnel,
    Ledger,
    Step,
    Tab,
    TaskItem,
    method_mark,
)
from berdaya.web.components.strips import Strip
from berdaya.web.components.tables import Control, Table
from berdaya.web.office import task_words

register = template.Library()
Context = dict[str, Any]
CONTROL_CLASS = {
    "PasswordInput": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "Select": "govuk-select",
    "Textarea": "govuk-textarea",
    "CheckboxInput": "govuk-checkboxes__input",
    "ClearableFileInput": "govuk-file-upload",
    "FileInput": "govuk-file-upload",
}


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    return icons.icon(name, small=small)


@register.simple_tag
def mark(name: str) -> SafeString:
    return icons.mark(name)


@register.simple_tag
def fresh_id() -> str:
    """A new id for a form: sent twice, it is the same act."""
    return str(new_id())


@register.filter
def task_title(task: Mapping[str, Any]) -> str:
    return task_words.task_title(task["kind"], task["title"], task["params"])


@register.filter
def rupiah(value: int | None) -> str:
    return fmt.rupiah(value)


UNITS = {
    "IDR": ("Rp", "Rp"),
    "IDR/bulan": ("Rp sebulan", "Rp a month"),
    "bulan": ("bulan", "months"),
    "jam": ("jam", "hours"),
}


@register.filter
def unit_name(value: str) -> str:
    """The unit of an instrument's question as people say it; an office's own unit stays as it was written."""
    return UNITS[value][fmt.language() == "en"] if value in UNITS else value


@register.filter
def rupiah_short(value: int | None) -> str:
    return fmt.rupiah_short(value)


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    return fmt.number(value, decimals)


@register.filter
def day(value: date | None) -> str:
    return fmt.day(value)


@register.filter
def day_short(value: date | None) -> str:
    return fmt.day_short(value)


@register.filter
def moment(value: datetime | None) -> str:
    return fmt.moment(value)


@register.filter
def weekday(value: date) -> str:
    return fmt.weekday(value)


@register.filter
def month_name(value: date) -> str:
    return fmt.SHORT_MONTHS[fmt.language()][value.month - 1]


@register.inclusion_tag("components/figures.html")
def figures(items: Sequence[Figure]) -> Context:
    return {"figures": items[:5]}


@register.inclusion_tag("components/badge.html")
def badge(item: Badge) -> Context:
    return {"badge": item}


@register.inclusion_tag("components/fake.html")
def fake() -> Context:
    return {}


@register.inclusion_tag("components/funnel.html", takes_context=True)
def funnel(context: Mapping[str, Any], chart: Funnel, level: int = 2) -> Context:
    """Bars from zero on one scale; behind each bar, in paper brown, what the stage before still had."""
    top = max((stage.count for stage in chart.stages), default=0) or 1
    rows, before = [], 0
    for stage in chart.stages:
        was = max(before, stage.count) if not stage.alt else stage.count
        rows.append(
            {
                "stage": stage,
                "width": f"{stage.count * 100 / top:.2f}%",
                "was": f"{was * 100 / top:.2f}%",
                "share": stage.share or (fmt.percent(stage.count, before) if before and not stage.alt else ""),
            }
        )
        before = stage.count
    return {"chart": chart, "rows": rows, "level": level, "sheet": offered(context.get("request"), chart)}


@register.inclusion_tag("components/bars.html", takes_context=True)
def bars(context: Mapping[str, Any], chart: Bars) -> Context:
    rows = [{"bar": bar, "width": f"{100 * bar.share:.2f}%"} for bar in chart.bars]
    sheet = offered(context.get("request"), chart)
    return {"chart": chart, "rows": rows, "as_of": chart.as_of or clock.today(), "sheet": sheet}


@register.inclusion_tag("components/strip.html", takes_context=True)
def strip(context: Mapping[str, Any], chart: Strip) -> Context:
    return {"strip": chart, "chart": chart, "sheet": offered(context.get("request"), chart)}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[Event]) -> Context:
    rows, year = [], None
    for event in events:
        shape, word = method_mark(event.method)
        rows.append(
            {"event": event, "shape": shape, "method": word, "year": event.on.year if event.on.year != year else None}
        )
        year = event.on.year
    return {"rows": rows}


@register.inclusion_tag("components/spark.html", takes_context=True)
def spark(context: Mapping[str, Any], chart: Spark, small: bool = False) -> Context:
    """Small ones stand in the rows of a list, whose own workbook has their figures."""
    return {"chart": chart, "small": small, "sheet": "" if small else offered(context.get("request"), chart)}


@register.inclusion_tag("components/tile_map.html", takes_context=True)
def tile_map(context: Mapping[str, Any], chart: TileMap, level: int = 2) -> Context:
    shift = (5 - len(chart.breaks)) // 2
    scale = [{"step": index + 1 + shift, "text": text} for index, text in enumerate(chart.breaks)]
    return {
        "chart": chart, "scale": scale, "level": level, "missing": any(tile.step == 0 for tile in chart.tiles),
        "sheet": offered(context.get("request"), chart),
    }  # fmt: skip


@register.inclusion_tag("components/table.html", takes_context=True)
def table(context: Mapping[str, Any], item: Table) -> Context:
    return {"table": item, "request": context.get("request"), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/filter_form.html")
def filter_form(controls: Sequence[Control], action: str = "", label: str = "") -> Context:
    return {"controls": controls, "action": action, "label": label}


@register.inclusion_tag("components/criteria.html")
def criteria(items: Sequence[Criterion]) -> Context:
    return {"criteria": items}


@register.inclusion_tag("components/tasks.html")
def tasks(items: Sequence[TaskItem]) -> Context:
    return {"tasks": items}


@register.inclusion_tag("components/steps.html")
def steps(items: Sequence[Step]) -> Context:
    return {"steps": items}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Tab], label: str) -> Context:
    return {"tabs": items, "label": label}


@register.inclusion_tag("components/crumbs.html")
def crumbs(items: Sequence[Crumb]) -> Context:
    return {"crumbs": items}


@register.inclusion_tag("components/facts.html")
def facts(items: Sequence[Fact]) -> Context:
    return {"facts": items}


@register.inclusion_tag("components/ledger.html")
def ledger(book: Ledger) -> Context:
    return {"book": book}


@register.inclusion_tag("components/errors.html")
def errors(form: Any) -> Context:
    """The error summary of a Django form: each entry leads to its field."""
    items = []
    if form is not None and form.is_bound:
        for name, messages in form.errors.items():
            field = form[name] if name in form.fields else None
            items += [{"href": f"#{field.id_for_label}" if field else "", "text": message} for message in messages]
    return {"items": items}


@register.inclusion_tag("components/field.html")
def field(bound: Any, width: str = "") -> Context:
    """One labelled field of a Django form with hint and error, after GOV.UK's markup."""
    kind = bound.field.widget.__class__.__name__
    css = CONTROL_CLASS.get(kind, "govuk-input")
    if width and css == "govuk-input":
        css += f" govuk-input--width-{width}"
    if bound.errors:
        css += f" {css.split()[0]}--error"
    return {"field": bound, "control": bound.as_widget(attrs={"class": css}), "kind": kind}
