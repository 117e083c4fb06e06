"""Every word of the field app has its English: literals of the source beside the dictionary."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "frontend" / "ts" / "field"
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
DICTIONARIES = ("english.ts", "english-told.ts")
KEY = re.compile(r'^  "((?:[^"\\\n]|\\.)*)":', re.MULTILINE)
TECHNICAL = re.compile(
    r"[a-z0-9_./#:*\-\[\]=+,;{}() ]+|[MmLlaz0-9 .\-]+|.*[#\[/_]\S*\{\}.*|\{\}[\w.]*|[A-Z0-9]+(?:-[A-Z0-9]+)*|f-.*|\W*"
)
WORDS = """
    Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember
    Minggu Senin Selasa Rabu Kamis Jumat Sabtu January February March May June July August October December
    Sunday Monday Tuesday Wednesday Thursday Friday Saturday
    Indonesia Jawa Madura Sunda Betawi Melayu Tetun Dawan Berdaya English WhatsApp Rp Kas
    Backspace Escape deriveBits deriveKey wrapKey unwrapKey viewBox serviceWorker speechSynthesis
    Content-Type Content-Encoding Accept-Language Retry-After X-CSRFToken X-Size X-Sha256 X-Record X-Name
"""
"""Names of months, days, languages, keys, headers and addresses stand for themselves."""
NAMES = {
    "Bahasa Indonesia", "HP lapangan", "take over", "id-ID", "Bearer {}", "/masuk/?next=/lapangan/%3Fdaftar",
    "geo:{},{}?q={},{}", *WORDS.split(),
}  # fmt: skip
JOINED = {
    # Parts that reach the screen inside a longer sentence, which has its English.
    "Peramban berjanji menyimpan catatan ini.{}", "Terpakai {}.", "Langkahnya: {}.", "“{}”{} Sudah dikerjakan?",
    "Peramban belum berjanji menyimpan catatan ini: bila HP penuh, isinya dapat terhapus. Kirim sesering mungkin,"
    " atau pasang aplikasi di layar utama.{}",
    "antrean {} · baris SK {} · {}",
}  # fmt: skip


def templates(text: str) -> list[str]:
    """Template literals with a mark in place of each expression, those inside expressions too."""
    found: list[str] = []
    stack: list[list[str] | int] = []
    at = 0
    while at < len(text):
        top = stack[-1] if stack else None
        if isinstance(top, list):
            if text[at] == "`":
                found.append("".join(top))
                stack.pop()
            elif text.startswith("${", at):
                top.append("{}")
                stack.append(1)
                at += 1
            else:
                top.append(text[at])
        elif text[at] == "`":
            stack.append([])
        elif top is not None and text[at] in "{}":
            depth = top + (1 if text[at] == "{" else -1)
            stack.pop()
            if depth:
                stack.append(depth)
        at += 1
    return found


def words_of(path: Path) -> set[str]:
    text = re.sub(r"(?m)(^|\s)//.*$|/\*.*?\*/|^import .*$|^} from .*$", "", path.read_text(encoding="utf-8"))
    plain = STRING.findall(re.sub(r"`[^`]*`", "``", text))
    return {word.strip() for word in (*plain, *templates(text))}


def keys() -> list[str]:
    """Indonesian sides of both dictionaries: of the app's own words, and of what the server tells."""
    return [key for name in DICTIONARIES for key in KEY.findall((ROOT / name).read_text(encoding="utf-8"))]


def shape(words: str) -> str:
    return words.replace("#", "{}")


def test_every_word_has_its_english() -> None:
    known = {shape(key) for key in keys()}
    assert len(known) > 300
    lacking = {
        (path.name, word)
        for path in sorted(ROOT.rglob("*.ts"))
        if path.name not in {*DICTIONARIES, "tongue.ts"}
        for word in words_of(path)
        if re.search("[A-Za-z]{3}", word) and not TECHNICAL.fullmatch(word) and word not in NAMES | JOINED
        and shape(word) not in known and not (" · " in word and all(shape(part) in known for part in word.split(" · ")))
    }  # fmt: skip
    assert lacking == set()
