"""What a column of a list can be, and how a person says which is which.

A map is ``field=column,field=column`` or a TOML or JSON file with the same pairs. A field that is not known is
compared as text of its own, so that a list with a column nobody thought of still links.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from berdaya.kernel.problems import Problem

_SQUEEZE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A field: what it holds, and the headings that mean it (letters and digits only), with blanks between."""

    text: str
    headings: str


FIELDS: Mapping[str, Known] = {
    "nik": Known(
        "NIK, 16 digits",
        "nik noktp nomorktp noinduk ktp nonik nomornik nomorindukkependudukan noindukkependudukan nikktp noidentitas"
        " nomoridentitas nikkrt nikkpm nikkepalakeluarga nikpenerima nikektp noektp nikanggota nikcalon nikpemohon"
        " nikwarga identitasnik nationalid",
    ),
    "kk": Known(
        "number of the family card, 16 digits",
        "kk nokk nomorkk kartukeluarga nkk nokartukeluarga nomorkartukeluarga nokkktp nokartukeluargakk nomorkeluarga"
        " nokeluarga identitaskk identitasnokk familycard familycardnumber",
    ),
    "name": Known(
        "full name",
        "nama name namalengkap namakrt namapengurus fullname namaanggota namacalon namapenerima namakepalakeluarga"
        " namakpm namapeserta namacalonpenerima namakepalarumahtangga namakk namasesuaiktp namalengkapsesuaiktp"
        " namapenerimamanfaat namawarga namapemohon namaanggotakeluarga namaorang personname",
    ),
    "given_name": Known("given name, where names are in two columns", "givenname firstname forename namadepan"),
    "surname": Known("surname, where names are in two columns", "surname lastname familyname namabelakang"),
    "birth_date": Known(
        "date of birth, any usual notation; a place may stand before it (TTL)",
        "tanggallahir tgllahir ttl dob dateofbirth birthdate tempattanggallahir tempattgllahir tgllhr"
        " tempatdantanggallahir tmptgllahir lahirtanggal lahirtgl kelahirantanggal tempattgllhr tanggalkelahiran"
        " tglkelahiran tanggallahirkrt tempatdantgllahir tanggalbulantahunlahir",
    ),
    "birth_place": Known(
        "place of birth", "tempatlahir birthplace tmplahir tempatlhr lahirtempat kelahirantempat tptlahir kotalahir"
    ),
    "sex": Known("L/P, M/F or words", "lp jeniskelamin jk pl kelamin jnskelamin jkelamin sex gender jeniskel jnskel"),
    "mother": Known(
        "mother's name", "namaibu ibukandung namaibukandung namagadisibukandung ibu mothername mothersname mother"
    ),
    "area": Known(
        "code of the village (35.12.04.2003) or its ten digits",
        "kodewilayah kodedesa areacode kodewil kodekemendagri kodedesakelurahan kodekelurahan kodearea villagecode",
    ),
    "village": Known(
        "name of the village",
        "desakelurahan desa kelurahan desakel village keldesa kelurahandesa namadesa namakelurahan namadesakelurahan"
        " kel ds alamatdesa kalurahan nagari gampong alamatdesakel alamatdesakelurahan alamatkelurahan villagename",
    ),
    "district": Known(
        "name of the kecamatan", "kecamatan kec district namakecamatan distrik kapanewon alamatkecamatan alamatkec"
    ),
    "address": Known(
        "address, street",
        "alamat address address1 street alamatlengkap alamatrumah alamattinggal alamatktp alamatdomisili"
        " alamatsesuaiktp jalan dusun dusunrtrw alamatdusun alamatjalan alamatdusunrtrw streetaddress",
    ),
    "address_2": Known("second line of the address", "address2"),
    "street_number": Known("house number", "streetnumber housenumber norumah"),
    "suburb": Known("suburb or town", "suburb town city kota"),
    "postcode": Known("postal code", "postcode kodepos zip zipcode postalcode"),
    "state": Known("state or province", "state provinsi province"),
    "phone": Known(
        "telephone",
        "hp nohp nomorhp telepon phone phonenumber telp notelp wa nowa whatsapp nomortelepon nohpwa hpwa notelphp"
        " nomorwa nomorhpwa kontak nokontak nohandphone handphone notelepon notelpon telpon nohpwaaktif mobile",
    ),
    "id_number": Known(
        "any other number of the person (social security, membership)",
        "socsecid ssn idnumber nopeserta idbdt iddtks",
    ),
}

_ALIASES = {
    **{_SQUEEZE.sub("", name): name for name in FIELDS},
    **{heading: name for name, known in FIELDS.items() for heading in known.headings.split()},
}


def squeezed(text: str) -> str:
    """Letters and digits of a heading, small."""
    return _SQUEEZE.sub("", text.lower())


def field_of(text: str) -> str:
    """The field that a word or heading means; empty where none does."""
    return _ALIASES.get(squeezed(text), "")


def recognised(columns: Iterable[str]) -> dict[str, str]:
    """Fields by column heading, each field once: the first column wins."""
    found: dict[str, str] = {}
    for column in columns:
        field = field_of(column)
        if field and field not in found:
            found[field] = column
    return found


def parse_map(text: str, columns: Iterable[str]) -> dict[str, str]:
    """Field -> column of the list, from the text of ``--columns``; empty text recognises headings.

    Raises:
        Problem: `link.map_unreadable`, `link.column_unknown`, `link.no_heading_known`.
    """
    headings = list(columns)
    pairs = _pairs(text) if text.strip() else recognised(headings)
    by_squeezed = {squeezed(heading): heading for heading in headings}
    found: dict[str, str] = {}
    for left, right in pairs.items():
        field, column = left.strip(), str(right).strip()
        if column not in headings and field in headings and field_of(column):
            field, column = column, field
        actual = column if column in headings else by_squeezed.get(squeezed(column), "")
        if not actual:
            raise Problem("link.column_unknown", column=column, known=", ".join(headings[:30]))
        found[field_of(field) or _SQUEEZE.sub("_", field.lower()).strip("_")] = actual
    if not found and not text.strip():
        raise Problem("link.no_heading_known", columns=", ".join(heading[:40] for heading in headings[:30]))
    if not found:
        raise Problem("link.map_unreadable", text=text, known=", ".join(FIELDS))
    return found


def _pairs(text: str) -> dict[str, str]:
    path = Path(text)
    try:
        if path.suffix == ".json":
            return {str(key): str(value) for key, value in json.loads(path.read_text(encoding="utf-8")).items()}
        if path.suffix == ".toml":
            loaded = tomllib.loads(path.read_text(encoding="utf-8"))
            table = loaded.get("columns", loaded)
            return {str(key): str(value) for key, value in table.items() if not isinstance(value, dict)}
    except (OSError, ValueError, AttributeError) as error:
        raise Problem("link.map_unreadable", text=text, known=", ".join(FIELDS)) from error
    pairs = {}
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        field, equals, column = part.partition("=")
        pairs[field.strip()] = column.strip() if equals else field.strip()
    return pairs
