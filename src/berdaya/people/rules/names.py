"""Names as Indonesians write them (DOMAIN §6): titles, spelling variants, one spelling key for all of them.

The written form is kept; the key only finds people. Sources of the variants: the spelling reforms of 1947
(oe -> u) and 1972 (dj -> j, tj -> c, nj -> ny, sj -> sy, ch -> kh, j -> y), and how Muhammad is shortened.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_NAME = 120


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set("""h hj hjh haji hajah ir drs dra dr drg prof kh kyai nyai ustad ustadz
    ustadzah ny tn sdr sdri bpk bapak ibu
    alm almh almarhum almarhumah raden rd rr kompol akp ipda kol letkol mayor kapten lettu pdt""")
_DEGREES = re.compile(
    r"^(?:S\.?(?:Pd|PdI|E|H|T|Kom|Sos|Ag|Kep|KM|IP|P|Psi|ST|Si|Hum|Farm|AP)(?:\.?I)?"
    r"|M\.?(?:Pd|M|Si|H|T|Kom|Sos|Ag|AP|Kes|E|A)|A\.?Md(?:\.?(?:Keb|Kep))?|S\.?Tr(?:\.?[A-Z]+)?"
    r"|Ph\.?D|B\.?A|Ners|Apt|MBA|MM|SE|SH|ST|SPd)\.?$",
    re.IGNORECASE,
)
_AMBIGUOUS_TITLES = frozenset({"kh"})
_MUHAMMAD = _set("""muhammad mohammad muhamad mohamad mohamed mohammed muhamed muhammed moehammad
    mochammad mochamad
    muchammad muchamad moechammad moh muh mhd mhmd moch much mohd muhd mohamat
    muhamat muhammat mokhamad mokhammad""")
_AHMAD = _set("ahmad achmad akhmad ahmat achmat akhmat amad ahmed achmed akmad")
_ABDUL = _set("abdul abdoel abd abdl abdu")
_BOUND = frozenset({"abdul"})
SPECIAL_WORDS = _TITLES | _ABDUL | frozenset({"bin", "binti", "binte", "bt", "bte"})
"""Words that mean something beside other words: a title in front, an article bound to what follows."""
_PATRONYMICS = _set("bin binti binte bt bte")
_FIRST_REPLACEMENTS = (
    ("oe", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("nj", "ny"),
    ("sj", "sy"),
    ("ch", "kh"),
    ("ph", "p"),
    ("f", "p"),
    ("v", "p"),
    ("q", "k"),
    ("ae", "ai"),
    ("ie", "i"),
    ("x", "ks"),
    ("z", "s"),
    ("dh", "d"),
    ("th", "t"),
    ("sy", "s"),
    ("kh", "k"),
)
"""The first rules: ids of people without a NIK are made with them and never change."""
_REPLACEMENTS = (
    *_FIRST_REPLACEMENTS[:12],
    *(
        ("dz", "z"),
        ("z", "s"),
        ("dh", "d"),
        ("th", "t"),
        ("gh", "g"),
        ("sy", "s"),
        ("kh", "h"),
        ("sh", "s"),
        ("j", "y"),
    ),
)
"""Rochmah, Rokhmah and Rohmah, Dzikri and Zikri, Ghofur and Gofur, Sholeh and Soleh, Soerja and Surya are one."""
_DOUBLED = re.compile(r"(.)\1+")
_VOWEL_Y = re.compile(r"(?<=[bcdfghjklmpqrtvwxz])y")
_ALLAH = frozenset({"llah", "lah", "lloh", "loh"})
_TOKENS = re.compile(r"[a-z]+")
_SPACE = re.compile(r"\s+")
_DISPLAY_BAD = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_HAS_LETTER = re.compile(r"[^\W\d_]")


def clean_name(raw: str) -> str:
    """The display form: control and direction characters out, blanks single, case as written."""
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    text = unicodedata.normalize("NFC", raw)
    return _SPACE.sub(" ", _DISPLAY_BAD.sub(" ", text)).strip()


def is_name(text: str) -> bool:
    """Whether a cleaned text can be a name: a letter somewhere, at most 120 characters, few digits."""
    return (
        0 < len(text) <= MAX_NAME and _HAS_LETTER.search(text) is not None and sum(char.isdigit() for char in text) <= 2
    )


def strip_titles(name: str) -> str:
    """The name without titles before it and degrees behind it: `Hj. Siti Aminah, S.Pd` -> `Siti Aminah`.

    A title that is all there is stays: somebody is called Ratu, and `H` may be the only letter written.
    """
    head = name.split(",", maxsplit=1)[0].strip() or name
    raw = head.split()
    while len(raw) > 1 and _is_degree(raw[-1]):
        raw.pop()
    words = " ".join(raw).replace(".", ". ").split()
    start = 0
    while start < len(words) - 1 and _is_title(words[start], words[start + 1 :]):
        start += 1
    return " ".join(words[start:])


def _is_title(word: str, following: list[str]) -> bool:
    plain = word.rstrip(".").lower()
    if plain in _AMBIGUOUS_TITLES and not word.endswith("."):
        return False
    return plain in _TITLES and bool(following)


def _is_degree(word: str) -> bool:
    return "." in word[1:] and _DEGREES.match(word) is not None


def spelling_key(name: str) -> str:
    """The one spelling that all variants of a name share: lower-case words in the written order.

    Same words of the same person in another order are a matter of `spelling_set`, not of this key.
    """
    return " ".join(key for word in _words(name) if (key := word_key(word)))


def first_key(name: str) -> str:
    """The key as it was when people without a NIK first got ids of their own (`services.register.own_id`)."""
    return " ".join(key for word in _bare(name) if (key := _first_word_key(word)))


def spelling_set(name: str) -> str:
    """The spelling key with its words sorted: equal where only the order of the words differs."""
    return " ".join(sorted(spelling_key(name).split()))


def _words(name: str) -> list[str]:
    """The words that name somebody: `Siti binti Ahmad` is Siti Ahmad."""
    words = _bare(name)
    return [words[0], *(word for word in words[1:] if word not in _PATRONYMICS)] if len(words) > 2 else words


def _bare(name: str) -> list[str]:
    lowered = name.lower()
    if lowered.isascii() and lowered.replace(" ", "").isalpha():
        # Most names are plain words: titles without a dot can only stand in front.
        words = lowered.split()
        while len(words) > 1 and words[0] in _TITLES and words[0] not in _AMBIGUOUS_TITLES:
            del words[0]
    else:
        words = _written_words(name)
    return words if _ABDUL.isdisjoint(words) else _bound(words)


def _written_words(name: str) -> list[str]:
    bare = strip_titles(name)
    folded = bare if bare.isascii() else unicodedata.normalize("NFKD", bare)
    lowered = folded.lower().replace("'", "").replace("’", "").replace("`", "")
    words = _TOKENS.findall(lowered)
    if len(words) > 1 and words[0] == "m" and lowered.startswith("m."):
        words[0] = "muhammad"
    return words


def _bound(words: list[str]) -> list[str]:
    """`Abd. Rahman` is one name: the article is bound to the word behind it."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _BOUND:
            joined[-1] += word
        else:
            joined.append("abdul" if word in _ABDUL else word)
    return joined


@lru_cache(maxsize=65_536)
def word_key(word: str) -> str:
    """Spelling key of one lower-case word without blanks."""
    return _key_of(word, _REPLACEMENTS)


def _first_word_key(word: str) -> str:
    return _key_of(word, _FIRST_REPLACEMENTS)


def _key_of(word: str, replacements: tuple[tuple[str, str], ...]) -> str:
    if word in _MUHAMMAD:
        return "muhamad"
    if word in _AHMAD:
        return "ahmad"
    text = word
    for old, new in replacements:
        text = text.replace(old, new)
    text = _VOWEL_Y.sub("i", _DOUBLED.sub(r"\1", _servant_of(text)))
    if len(text) > 3 and text.endswith("y"):
        text = text[:-1] + "i"
    if len(text) > 4 and text.endswith(("ah", "oh")):
        text = text[:-1]
    return text


def _servant_of(word: str) -> str:
    """`abdurrahman`, `abdulrahman`, `abdurahman` share a form: the article takes the next sound."""
    if not word.startswith("abdu") or len(word) < 7:
        return word
    rest = word[4:]
    if rest in _ALLAH:
        return "abdula"
    if rest[0] in "lrstndz" and rest[1] not in "aiueo":
        rest = rest[1:]
    return "abdul" + rest
