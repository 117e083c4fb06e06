"""Rules of selling: permits, order links, contest results, exhibition totals, search that forgives typing
errors."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel import phones
from berdaya.market.types import (
    Badge,
    JurorScore,
    Permit,
    PermitKind,
    Placing,
)

HALAL_MANDATORY_FROM: Final = date(2026, 10, 17)
"""Food and drink of micro and small businesses: PP 42/2024, article 160."""
FOOD: Final = frozenset({"food", "fishery"})
"""Categories whose products are eaten or drunk; fishery is fish made into food."""
SEARCH_BEST: Final = 500
"""Of the hits, so many with the largest share of the query are put in order by their names."""
SEARCH_FLOOR: Final = 0.45
"""Share of a query's trigrams that a product must have; below it a word is another word, not a slip of
the finger."""

_PIRT = re.compile(r"\d{15}")
_NIB = re.compile(r"\d{13}")
_HALAL = re.compile(r"(ID)?\d{14,20}")
_SEPARATORS = re.compile(r"[\s.\-/]+")


def clean_number(kind: PermitKind, text: str) -> str:
    """A permit's number without the separators and the prefix that people write before it."""
    number = _SEPARATORS.sub("", text).upper()
    if kind is PermitKind.PIRT:
        number = number.removeprefix("PIRT").removeprefix("SPPIRT").removeprefix("NO")
    if kind is PermitKind.NIB:
        number = number.removeprefix("NIB")
    return number.lstrip(":")


def permit_flaw(permit: Permit) -> str | None:
    """What is wrong with a permit's number: pirt_digits, nib_digits, halal_digits; None where it is well
    formed.

    P-IRT has 15 digits, NIB 13; a halal certificate is `ID` with 14 to 20 digits (older ones without `ID`).
    """
    number = clean_number(permit.kind, permit.number)
    if permit.kind is PermitKind.PIRT and not _PIRT.fullmatch(number):
        return "pirt_digits"
    if permit.kind is PermitKind.NIB and not _NIB.fullmatch(number):
        return "nib_digits"
    if permit.kind is PermitKind.HALAL and not _HALAL.fullmatch(number):
        return "halal_digits"
    return None


def badges(permits: Iterable[Permit], *, as_of: date) -> list[Badge]:
    """The marks a product may carry on a day: no number, no badge; expired, no badge; a P-IRT without
    end, no badge."""
    shown: dict[PermitKind, Badge] = {}
    for permit in permits:
        if permit_flaw(permit) is not None:
            continue
        if permit.valid_until is None and permit.kind is PermitKind.PIRT:
            continue
        if permit.valid_until is not None and permit.valid_until < as_of:
            continue
        shown[permit.kind] = Badge(permit.kind, clean_number(permit.kind, permit.number))
    return [shown[kind] for kind in PermitKind if kind in shown]


def missing_permits(category: str, permits: Iterable[Permit], *, as_of: date) -> list[PermitKind]:
    """What a product still lacks on a day: NIB for all, P-IRT for food, halal for food since 17 October 2026.

    A product lacking halal stays in the catalogue without the mark; its mentor gets the work, not the buyer.
    """
    held = {badge.kind for badge in badges(permits, as_of=as_of)}
    needed = [PermitKind.NIB]
    if category in FOOD:
        needed.append(PermitKind.PIRT)
        if as_of >= HALAL_MANDATORY_FROM:
            needed.append(PermitKind.HALAL)
    return [kind for kind in needed if kind not in held]


def whatsapp_number(phone: str) -> str | None:
    """A seller's number as wa.me wants it: digits, country code 62; None where it is no Indonesian mobile number."""
    number = phones.whatsapp_number(phone)
    return number if number and number.startswith("62") else None


def order_link(phone: str, *, product: str, code: str, quantity: int = 1, unit: str = "") -> str | None:
    """The link that opens WhatsApp with the order filled in; None where the phone cannot take it."""
    return chat_link(phone, order_text(product=product, code=code, quantity=quantity, unit=unit))


def order_text(*, product: str, code: str, quantity: int = 1, unit: str = "") -> str:
    """The message of an order, in Indonesian: it is read by the seller."""
    amount = f"{quantity} {unit}".strip()
    return f"Halo, saya ingin memesan {product} (kode {code}) sebanyak {amount}. Apakah masih tersedia?"


def greeting(seller: str) -> str:
    """The first line to a seller, in Indonesian like every message that a seller reads."""
    return f"Halo {seller}, saya melihat etalase Anda di Pasar Berdaya."


def chat_link(phone: str, text: str) -> str | None:
    """`https://wa.me/62...?text=...`; None where the phone cannot take it."""
    return phones.whatsapp_link(phone, text) if whatsapp_number(phone) else None


def placings(scores: Iterable[JurorScore]) -> list[Placing]:
    """Results of a contest (lomba), best first.

    Per entry and criterion the mean of the jurors who marked it; the total is the mean of the criteria by
    weight, so that an absent juror moves nobody. Ties share the place and the next one is skipped (1, 1, 3).
    A criterion marked with two weights, a score outside 0 to 100 and an entry that lacks a criterion raise
    ValueError.
    """
    marks: dict[str, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    weights: dict[str, Decimal] = {}
    for mark in scores:
        if not 0 <= mark.score <= 100:
            raise ValueError(f"score {mark.score} of {mark.entry} is outside 0 to 100")
        if mark.weight <= 0 or weights.setdefault(mark.criterion, mark.weight) != mark.weight:
            raise ValueError(f"criterion {mark.criterion} has no single positive weight")
        marks[mark.entry][mark.criterion].append(mark.score)
    totals: list[tuple[Decimal, str, Mapping[str, Decimal]]] = []
    for entry, criteria in marks.items():
        if set(criteria) != set(weights):
            raise ValueError(f"entry {entry} is not marked on every criterion")
        means = {name: sum(given, Decimal(0)) / len(given) for name, given in criteria.items()}
        weighted = sum((means[name] * weight for name, weight in weights.items()), Decimal(0))
        total = _two_decimals(weighted / sum(weights.values(), Decimal(0)))
        totals.append((total, entry, {name: _two_decimals(mean) for name, mean in means.items()}))
    totals.sort(key=lambda item: (-item[0], item[1]))
    values = [total for total, _, _ in totals]
    return [
        Placing(entry, total, values.index(total) + 1, values.count(total) > 1, means) for total, entry, means in totals
    ]


def _two_decimals(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


_WEAK_E: Final = re.compile(r"\b([bcdfgjkpst])e([rl])(?=[aiou])")
_SPELLING: Final = (
    ("oe", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("sj", "sy"),
    ("nj", "ny"),
    ("ch", "kh"),
    ("v", "f"),
    ("x", "ks"),
    ("q", "k"),
    ("z", "s"),
)


def search_words(text: str) -> list[str]:
    """Words in the form that search compares: no accents, old spellings as today's, doubled letters
    single."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    for old, new in _SPELLING:
        plain = plain.replace(old, new)
    plain = re.sub(r"([a-z])\1", r"\1", plain)
    return re.findall(r"[a-z0-9]+", plain)


def name_likeness(query: str, name: str) -> float:
    """How like what is asked for a product's name is, 0 to 1: the share of trigrams that both have in all of theirs.

    Compared by how words sound: the weak e before r and l is not written by many (`kripik`, `krupuk`, `tlur`).
    """
    asked, named = _sound_grams(query), _sound_grams(name)
    return len(asked & named) / len(asked | named) if asked and named else 0.0


def _sound_grams(text: str) -> set[str]:
    return set(grams(" ".join(_WEAK_E.sub(r"\1\2", word) for word in search_words(text))))


def grams(text: str) -> list[str]:
    """The sorted trigrams of a text's words (each padded as `  word `), as PostgreSQL's pg_trgm makes
    them."""
    found: set[str] = set()
    for word in search_words(text):
        padded = f"  {word} "
        found.update(padded[index : index + 3] for index in range(len(padded) - 2))
    return sorted(found)


def slug_of(name: str, key: UUID) -> str:
    """The readable part of a public address, ending in six digits of the id so that two of a name differ."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    return f"{words or 'produk'}-{key.hex[-6:]}"


def public_name(name: str) -> str:
    """A seller's name without the word of the programme before it: `KUBE Melati 3` is `Melati 3` to a buyer."""
    shown = re.sub(r"^\s*(kube|uep|kelompok usaha bersama|pkh|wrse)\b[\s:.-]*", "", name, flags=re.IGNORECASE)
    return shown.strip() or name.strip()


def category_of(written: str, kind: str) -> str:
    """The catalogue's category of a product: as written where it is one, else that of the seller's kind of business."""
    wanted = written.strip().casefold()
    listed = catalogue()
    if wanted in listed.categories:
        return wanted
    known = listed.kinds.get(listed.kind_code(written) or kind)
    return known.category if known else "trade"
