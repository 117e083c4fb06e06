"""Titles of tasks are told in the reader's language, whatever their age."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from berdaya.web.office.task_words import KINDS, PATTERNS, outcome, task_kind, task_title

SOURCES = Path(__file__).resolve().parents[2] / "src" / "berdaya"


@pytest.mark.parametrize(
    ("kind", "stored", "english"),
    [
        ("home_visit", "Kunjungi calon nomor 17", "Visit candidate number 17"),
        ("referral", "Tanyakan jawaban rujukan ke Dinas Koperasi", "Ask Dinas Koperasi for the answer to a referral"),
        ("asset.check", "Periksa 3 barang bantuan pada usaha Berkah", "Check 3 goods given to the business Berkah"),
        ("look_alike", "Pastikan: Ani dan Anni, satu orang atau dua?", "Make sure: Ani and Anni, one person or two?"),
    ],
)
def test_a_stored_title_is_told_in_english_and_stays_in_indonesian(kind: str, stored: str, english: str) -> None:
    with override("en"):
        assert task_title(kind, stored, {}) == english
    with override("id"):
        assert task_title(kind, stored, {}) == stored


def test_an_alert_is_told_from_its_parameters() -> None:
    params = {"name": "Kue Berkah", "since": "2025-09-24"}
    with override("en"):
        told = task_title("production_stopped", "Kue Berkah berhenti berproduksi sejak ...", params)
    assert "Kue Berkah" in told
    assert "berhenti" not in told


def test_a_wording_nobody_knows_is_never_lost() -> None:
    with override("en"):
        assert task_title("home_visit", "Judul lama", {}) == task_kind("home_visit") == "Home visits to candidates"
        assert task_title("new_kind", "Judul apa saja", {}) == "Judul apa saja"
        assert outcome("confirmed") == "found and in need"
        assert outcome("Sudah saya antar suratnya.") == "Sudah saya antar suratnya."


def test_every_kind_that_a_service_raises_has_words() -> None:
    raised = {
        keyword.value.value
        for path in SOURCES.rglob("*.py")
        if "NewTask(" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NewTask"
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    assert "asset.check" in raised
    assert sorted(raised - set(KINDS)) == []
    assert sorted(set(PATTERNS) - set(KINDS)) == []
