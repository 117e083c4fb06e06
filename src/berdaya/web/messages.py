"""Translations without gettext's tools: reads ``.po``, writes ``.mo``, finds the strings that sources use.

Indonesian is the source language, so that only English needs a catalogue. ``python -m berdaya.web.messages`` compiles;
``... missing`` prints what has no English yet.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = PACKAGE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
_CALLS = {"_", "gettext", "gettext_lazy", "ngettext"}
_CONTEXT = "\x04"
_TRANSLATE = re.compile(r"{%\s*(?:translate|trans)\s+(\"[^\"]*\"|'[^']*')(?:\s+context\s+(\"[^\"]*\"))?")
_UNDERSCORE = re.compile(r"_\((\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\)")
_BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VARIABLE = re.compile(r"{{\s*([\w.]+)\s*}}")


def read_po(path: Path) -> dict[str, str | tuple[str, str]]:
    r"""msgid -> msgstr, or both forms where the entry has a plural; a context stands before its msgid and ``\x04``."""
    entries: dict[str, str | tuple[str, str]] = {}
    fields: dict[str, str] = {}
    current = ""

    def close() -> None:
        if "msgid" in fields:
            plural = (fields.get("msgstr[0]", ""), fields.get("msgstr[1]", ""))
            key = fields["msgctxt"] + _CONTEXT + fields["msgid"] if "msgctxt" in fields else fields["msgid"]
            entries[key] = plural if "msgid_plural" in fields else fields.get("msgstr", "")
        fields.clear()

    for raw in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        line = raw.strip()
        if not line or line.startswith("#"):
            close()
            continue
        word, _, rest = line.partition(" ")
        if word in {"msgctxt", "msgid", "msgid_plural", "msgstr", "msgstr[0]", "msgstr[1]"}:
            if word in {"msgctxt", "msgid"} and "msgid" in fields:
                close()
            current, line = word, rest
            fields[current] = ""
        fields[current] += ast.literal_eval(line)
    return entries


def write_mo(entries: dict[str, str | tuple[str, str]], path: Path) -> None:
    """GNU ``.mo``: sorted originals and translations with their offsets. Untranslated entries are left out."""
    pairs = []
    for msgid, msgstr in entries.items():
        if isinstance(msgstr, tuple):
            if all(msgstr):
                pairs.append((f"{msgid}\0{msgid}".encode(), "\0".join(msgstr).encode()))
        elif msgstr:
            pairs.append((msgid.encode(), msgstr.encode()))
    pairs.sort()
    count = len(pairs)
    ids = b"".join(key + b"\0" for key, _ in pairs)
    start = 28 + 16 * count
    keys, texts, at_id, at_text = [], [], start, start + len(ids)
    for key, text in pairs:
        keys += [len(key), at_id]
        texts += [len(text), at_text]
        at_id += len(key) + 1
        at_text += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    body = struct.pack(f"<{4 * count}I", *keys, *texts)
    target = path.with_suffix(".mo.part")
    target.write_bytes(head + body + ids + b"".join(text + b"\0" for _, text in pairs))
    target.replace(path)


def compile_catalogue(*, force: bool = False) -> bool:
    """Write the ``.mo`` where it is missing or older than its ``.po``; False where nothing was to do or nothing may."""
    target = CATALOGUE.with_suffix(".mo")
    if not force and target.exists() and target.stat().st_mtime >= CATALOGUE.stat().st_mtime:
        return False
    try:
        write_mo(read_po(CATALOGUE), target)
    except OSError:
        return False  # a read-only installation carries the catalogue that its build made
    return True


def used_strings(package: Path = PACKAGE) -> set[str]:
    """Every msgid in templates and Python sources below ``package``."""
    found: set[str] = set()
    for path in sorted(package.rglob("*.html")):
        found.update(_of_template(path.read_text(encoding="utf-8")))
    for path in sorted(package.rglob("*.py")):
        found.update(_of_python(path.read_text(encoding="utf-8")))
    return found


def _of_template(source: str) -> Iterator[str]:
    for match in _TRANSLATE.finditer(source):
        context = ast.literal_eval(match.group(2)) + _CONTEXT if match.group(2) else ""
        yield context + ast.literal_eval(match.group(1))
    for match in _UNDERSCORE.finditer(source):
        yield ast.literal_eval(match.group(1))
    for match in _BLOCK.finditer(source):
        body = _PLURAL.split(match.group(2))[0]
        if "trimmed" in match.group(1):
            body = " ".join(line.strip() for line in body.strip().splitlines())
        yield _VARIABLE.sub(r"%(\1)s", body.replace("%", "%%"))


def _of_python(source: str) -> Iterator[str]:
    if "gettext" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        words = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if node.func.id in _CALLS and words:
            yield words[0]
        elif node.func.id == "pgettext" and len(words) == 2:
            yield _CONTEXT.join(words)


def missing() -> list[str]:
    """Strings in use that have no English."""
    known = read_po(CATALOGUE)
    return sorted(text for text in used_strings() if text and not all(known.get(text) or ("",)))


if __name__ == "__main__":
    if sys.argv[1:] == ["missing"]:
        print("\n".join(missing()))
    else:
        compile_catalogue(force=True)
