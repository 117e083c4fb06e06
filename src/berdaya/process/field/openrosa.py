"""The visit as an XForm for ODK Collect and KoboCollect, and their submissions as records of the very same kind."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET  # document types are refused before anything is parsed
from xml.sax.saxutils import escape

from berdaya.devices.services.uploads import Part, take_part
from berdaya.devices.types import Incoming, Sender
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field import caseload
from berdaya.process.field.envelopes import moment
from berdaya.process.field.openrosa_instruments import PREFIX, record_of
from berdaya.process.field.packs_caseload import assigned
from berdaya.process.field.receive import Line, Push, receive

FORM, VERSION, TITLE, LIST = "kunjungan", "1", "Kunjungan usaha", "binaan.csv"
PART = 256 * 1024
_NAMESPACE = "http://berdaya/kunjungan"
_INSTANCE = re.compile(r"uuid:([0-9a-fA-F-]{36})")

_FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("on", "date", "Tanggal kunjungan", "date"),
    ("method", "string", "Cara", "asked=Ditanya|seen=Dilihat|document=Dokumen"),
    ("production_days", "int", "Hari produksi dalam 30 hari", ""),
    ("turnover_idr", "int", "Omzet 30 hari (Rp)", ""),
    ("cost_idr", "int", "Biaya 30 hari (Rp)", ""),
    ("stock_idr", "int", "Nilai stok (Rp)", ""),
    ("workers", "int", "Pekerja", ""),
    ("active_members", "int", "Anggota aktif", ""),
    ("problem", "string", "Masalah utama", ""),
    ("advice_check", "string", "Saran sebelumnya",
     "done=Dijalankan|partly=Sebagian|not_done=Belum|not_checked=Tidak diperiksa"),
    ("advice", "string", "Saran", ""),
    ("next_step", "string", "Langkah berikut", ""),
    ("note", "string", "Catatan", ""),
    ("position", "geopoint", "Posisi", ""),
    ("photo", "binary", "Foto", ""),
)  # fmt: skip
_NUMBERS = {"production_days", "turnover_idr", "cost_idr", "stock_idr", "workers", "active_members"}


@dataclass(frozen=True, slots=True)
class Submission:
    """One filled form: the record, and the names of files by the name of their field."""

    record: Incoming
    files: Mapping[str, str]


def form_xml() -> str:
    """The form as XForms 1.0 in the ODK profile; families come from the list beside it."""
    fields = "".join(f"<{name}/>" for name, *_ in _FIELDS)
    binds = "".join(_bind(name, kind) for name, kind, *_ in _FIELDS)
    body = "".join(_control(name, kind, label, extra) for name, kind, label, extra in _FIELDS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"'
        ' xmlns:odk="http://www.opendatakit.org/xforms">'
        f'<h:head><h:title>{TITLE}</h:title><model odk:xforms-version="1.0.0"><instance>'
        f'<data xmlns="{_NAMESPACE}" id="{FORM}" version="{VERSION}"><start/><enterprise/>{fields}'
        "<orx:meta><orx:instanceID/></orx:meta></data></instance>"
        f'<instance id="binaan" src="jr://file-csv/{LIST}"/>'
        '<bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>'
        f'<bind nodeset="/data/enterprise" type="string" required="true()"/>{binds}'
        '<bind nodeset="/data/orx:meta/orx:instanceID" type="string" readonly="true()" jr:preload="uid"/>'
        "</model></h:head><h:body>"
        '<select1 ref="/data/enterprise"><label>Usaha yang dikunjungi</label>'
        "<itemset nodeset=\"instance('binaan')/root/item\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        f"{body}</h:body></h:html>"
    )


def _bind(name: str, kind: str) -> str:
    required = ' required="true()"' if name in {"on", "method"} else ""
    return f'<bind nodeset="/data/{name}" type="{kind}"{required}/>'


def _control(name: str, kind: str, label: str, extra: str) -> str:
    if kind == "binary":
        return f'<upload mediatype="image/*" ref="/data/{name}"><label>{label}</label></upload>'
    if "=" in extra:
        items = "".join(
            f"<item><label>{escape(word)}</label><value>{code}</value></item>"
            for code, _, word in (part.partition("=") for part in extra.split("|"))
        )
        return f'<select1 ref="/data/{name}"><label>{label}</label>{items}</select1>'
    return f'<input ref="/data/{name}"><label>{label}</label></input>'


def form_hash() -> str:
    """What phones compare to know whether the form changed."""
    return hashlib.md5(form_xml().encode(), usedforsecurity=False).hexdigest()


def families_csv(actor: Actor, as_of: Any) -> str:
    """The actor's caseload as the form's list: id, and a label with owner, business and village. No other word."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "label"])
    for row in caseload.rows_of(actor, list(assigned(actor)), as_of):
        if row.store == "business":
            place = str(row.body["area_name"]).partition(",")[0]
            parts = (row.body["owner"], row.body["name"], place)
            writer.writerow([row.id, " · ".join(str(part) for part in parts if part)])
    return out.getvalue()


def read(raw: bytes) -> Submission:
    """A submission's XML as a record of the visit kind. Raises ``push_unreadable``."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Problem("push_unreadable", detail="DOCTYPE")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, ValueError) as error:
        raise Problem("push_unreadable", detail="XML") from error
    told: dict[str, str] = {}
    instance = before = ""
    for node in root.iter():
        name = node.tag.rpartition("}")[2]
        text = (node.text or "").strip()
        if name == "instanceID":
            instance = text
        elif name == "deprecatedID":
            before = text
        elif text and node is not root and not len(node):
            told[name] = text
    found = _INSTANCE.fullmatch(before or instance)
    form = root.get("id", "")
    if form.startswith(PREFIX) and found is not None:
        version = root.get("version", "")
        return Submission(record_of(form, version, told, UUID(found[1]), again=bool(before)), {})
    if form != FORM or found is None:
        raise Problem("push_unreadable", detail="instanceID" if root.get("id") == FORM else "form")
    photo = told.pop("photo", "")
    key = UUID(found[1])
    files = {"photo": stable_id("openrosa", key, photo)} if photo else {}
    version = root.get("version", "")
    record = Incoming(
        id=key,
        kind="visit",
        version=int(version) if version.isdecimal() and len(version) < 5 else 0,
        revision=2 if before else 1,
        device_at=moment(told.pop("start", "")),
        body=_body(told),
        files=files,
    )
    return Submission(record, {"photo": photo} if photo else {})


def _body(told: Mapping[str, str]) -> dict[str, Any]:
    """Texts as the payload has them; what is no number stays text, so that the payload refuses it by name."""
    body: dict[str, Any] = {}
    for name, text in told.items():
        if name in _NUMBERS:
            body[name] = int(text) if text.lstrip("-").isdecimal() and len(text) < 19 else text
        elif name == "position":
            parts = text.split()
            body[name] = {"lat": parts[0], "lon": parts[1] if len(parts) > 1 else None}
            if len(parts) > 3:
                body[name]["accuracy_m"] = parts[3]
        else:
            body[name] = text
    return body


def submit(*, sender: Sender, submission: Submission, files: Mapping[str, tuple[str, bytes]]) -> Line:
    """Take a submission in through the same inbox as the field app; ``files`` are media type and bytes by file name.

    ODK Collect may send the files of one form in several submissions: the record is then known already. Opens its own
    transactions.
    """
    record = submission.record
    received = receive(sender=sender, push=Push(None, None, [record]), real_now=clock.real_now())
    for field, name in submission.files.items():
        if name not in files:
            continue
        media_type, content = files[name]
        sha256 = hashlib.sha256(content).digest()
        with scoped(sender.actor, route="openrosa:file"):
            for start in range(0, len(content), PART):
                chunk = content[start : start + PART]
                part = Part(record.files[field], record.id, field, media_type, len(content), sha256, start, chunk)
                take_part(sender=sender, part=part)
    return received.lines[0]
