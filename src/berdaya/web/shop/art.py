"""A label for goods without a photo: a woven pattern of the region's crafts and a sign of what is made.

The patterns are small files of their own (`static/motif`); a card only names one, so that it costs a few bytes. No
inline styles: the colours stand in the style sheet under the names given here.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from berdaya.enterprises.catalogue import catalogue

SIGNS: Final[dict[str, str]] = {
    "bowl": "M7 24h34a17 15 0 0 1-34 0ZM17 41h14M18 18c0-4 4-4 4-9M27 18c0-4 4-4 4-9",
    "jar": "M15 7h18v6H15ZM13 17a4 4 0 0 1 4-4h14a4 4 0 0 1 4 4v20a4 4 0 0 1-4 4H17a4 4 0 0 1-4-4ZM13 22h22M13 33h22",
    "packet": ""
    "M13 8l2.8 3 2.7-3 2.8 3 2.7-3 2.7 3 2.8-3 2.7 3L35 8v32l-2.8-3-2.7 3-2.8-3-2.7 3-2.7-3-2.8 3-2.7-3L13 40Z"
    "M18 17h12M19 27a5 4 0 1 0 10 0 5 4 0 1 0-10 0",
    "cake": "M8 39h32V26a4 4 0 0 0-4-4H12a4 4 0 0 0-4 4ZM8 30c4 4 8-3 11 0s7 4 11-1 7 1 10 1M17 22v-7M24 22v-7"
    "M31 22v-7"
    "M17 10v.1M24 10v.1M31 10v.1",
    "bread": "M9 20a7 7 0 0 1 7-9h16a7 7 0 0 1 7 9l-2 4v15H11V24ZM18 19v8M24 19v8M30 19v8",
    "cup": "M11 16h23v12a11.5 11.5 0 0 1-23 0ZM34 18h2a5 5 0 0 1 0 10h-2.5M10 42h26M19 11c0-3 2.5-3 2.5-6"
    "M26 11c0-3 2.5-3 2.5-6",
    "fish": "M5 24c6-11 21-13 29-2l9-7v18l-9-7c-8 11-23 9-29-2ZM14 22v.1M23 18c2 4 2 8 0 12",
    "basket": "M7 20h34l-4 20H11ZM14 20a10 11 0 0 1 20 0M9 27h30M10 34h28M19 20l1 20M29 20l-1 20",
    "cloth": "M11 7h20v34H11ZM31 13h6v28H15M11 14h20M11 21h20M11 28h20M11 35h20M16 7l10 34M26 7 16 41",
    "scissors": "M15 33a5 5 0 1 1-7 7 5 5 0 0 1 7-7ZM33 33a5 5 0 1 0 7 7 5 5 0 0 0-7-7ZM14.5 33.5 33 7M33.5 33.5 15 7",
    "drop": "M24 6c7 9 12 14 12 21a12 12 0 0 1-24 0c0-7 5-12 12-21ZM18 28a6.5 6.5 0 0 0 6 6.5",
    "wrench": "M31 7a10 10 0 0 0-9 13L7 35l6 6 15-15a10 10 0 0 0 13-9l-6 4-6-2-2-6Z",
    "stall": "M8 18 11 8h26l3 10M10 22v18h28V22M8 18a4 4 0 0 0 8 0 4 4 0 0 0 8 0 4 4 0 0 0 8 0 4 4 0 0 0 8 0"
    "M18 40V28h12v12",
    "leaf": "M11 37C7 20 20 8 41 8c0 21-13 33-30 29ZM8 41c6-10 12-17 22-22",
    "hen": "M10 20c0 12 6 19 15 19s16-6 16-20l-7 4c-3-2-8-2-11 0 0-9-4-13-9-13-4 0-6 3-6 6l-3 4 5 .5M21 39v4"
    "M29 39v4M15 16v.1",
    "goat": "M7 16l6-4 3-6 2 6 5 4v6h15l3 5v14h-4V30H20v11h-4V27l-6-4ZM14 15v.1",
    "phone": "M15 5h18v38H15ZM21 37h6M15 10h18M15 32h18",
    "shell": "M24 41C9 36 5 23 10 13c4-4 9-6 14-6s10 2 14 6c5 10 1 23-14 28ZM24 7v34M16 9l8 32M32 9l-8 32",
    "wood": "M8 16h32v16H8ZM8 21h32M8 27h18M32 27h8M14 32v8M34 32v8",
}
_SIGN_OF: Final[dict[str, str]] = {
    "wet_cakes": "cake", "dry_cakes": "cake", "bread": "bread", "chips": "packet", "fried_snacks": "packet",
    "melinjo_crackers": "packet", "maize_snacks": "packet", "fish_crackers": "packet", "drinks_juice": "cup",
    "coffee_stall": "cup", "herbal_drinks": "cup", "ice_sweets": "cup", "tempe_tofu": "jar", "palm_sugar": "jar",
    "chilli_sauce": "jar", "shredded_fish": "jar", "shrimp_paste": "jar", "batik": "cloth", "ikat_weaving": "cloth",
    "songket": "cloth", "embroidery": "cloth", "screen_printing": "cloth", "clothes_trade": "cloth",
    "wood_craft": "wood", "shell_craft": "shell", "tailoring": "scissors", "barber": "scissors", "salon": "scissors",
    "shoe_repair": "scissors", "laundry": "drop", "motorcycle_wash": "drop", "gas_water": "drop", "massage": "drop",
    "motorcycle_repair": "wrench", "phone_repair": "phone", "phone_credit": "phone", "fish_trade": "fish",
    "goats": "goat", "vegetable_trade": "leaf",
}  # fmt: skip
_BY_CATEGORY: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "food": ("bowl", ("tumpal", "daun", "kawung")),
    "fishery": ("fish", ("sisik", "ombak", "sisik")),
    "craft": ("basket", ("anyaman", "kawung", "parang")),
    "farming": ("leaf", ("daun", "anyaman", "daun")),
    "livestock": ("hen", ("anyaman", "daun", "tumpal")),
    "service": ("wrench", ("poleng", "parang", "poleng")),
    "trade": ("stall", ("poleng", "tumpal", "parang")),
}
_PATTERN_OF: Final[dict[str, str]] = {
    "batik": "kawung", "ikat_weaving": "tumpal", "songket": "tumpal", "rattan_weaving": "anyaman",
    "bamboo_craft": "anyaman", "pandan_weaving": "anyaman", "drinks_juice": "ombak", "laundry": "ombak",
    "motorcycle_wash": "ombak",
}  # fmt: skip
_DYES: Final[dict[str, tuple[str, ...]]] = {
    "food": ("soga", "kunyit", "bata"),
    "fishery": ("laut", "nila", "batu"),
    "craft": ("soga", "nila", "bata"),
    "farming": ("daun", "kunyit", "daun"),
    "livestock": ("kunyit", "soga", "daun"),
    "service": ("batu", "nila", "laut"),
    "trade": ("nila", "bata", "batu"),
}


_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "cake": ("nastar", "kastengel", "kue", "lapis", "bolu", "putri", "klepon", "lupis", "dodol"),
    "bread": ("roti", "donat"),
    "packet": ("keripik", "kerupuk", "krupuk", "emping", "gorengan", "kemplang", "rempeyek", "marning", "jagung"),
    "cup": ("jus", "kopi", "es", "jamu", "kunyit", "teh", "wedang", "beras", "sirup"),
    "jar": ("abon", "sambal", "terasi", "tempe", "tahu", "gula", "selai", "madu"),
    "cloth": ("batik", "tenun", "songket", "kain", "sarung", "selendang", "bordir", "sulaman", "kaus", "sablon"),
    "basket": ("tas", "keranjang", "tikar", "kursi", "anyaman", "besek", "tampah", "topi"),
    "fish": ("ikan", "bandeng", "lele", "pempek"),
    "bowl": ("nasi", "tumpeng", "bakso", "mi", "soto", "masakan", "katering", "se'i"),
    "shell": ("kerang",),
    "hen": ("telur", "ayam", "bebek"),
}
_SIGN_OF_WORD: Final = {word: sign for sign, words in _WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Art:
    """Which pattern, dye and sign a label has."""

    pattern: str
    dye: str
    sign: str


def art_for(category: str, kind: str, key: str, name: str = "") -> Art:
    """The label of one thing; the same key always gets the same one.

    The sign follows the thing's own name first, then the seller's kind of business, then the category: a cook who also
    sells biscuits shows biscuits.
    """
    seed = zlib.crc32(key.encode())
    sign, patterns = _BY_CATEGORY.get(category, _BY_CATEGORY["trade"])
    dyes = _DYES.get(category, _DYES["trade"])
    by_word = next((_SIGN_OF_WORD[word] for word in name.lower().split() if word in _SIGN_OF_WORD), "")
    known = catalogue().kinds.get(kind)
    own = known is not None and known.category == category
    by_kind = _SIGN_OF.get(kind, "") if own else ""
    return Art(
        pattern=_PATTERN_OF.get(kind, "") if own and kind in _PATTERN_OF else patterns[seed % len(patterns)],
        dye=dyes[seed // 7 % len(dyes)],
        sign=SIGNS[by_word or by_kind or sign],
    )
