"""The columns of every sheet of a programme folder, in the order of the fields of its row type."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

from berdaya.enterprises.catalogue import catalogue
from berdaya.intake import columns as read
from berdaya.intake.columns import Column, Fault, Softly

MARITAL = read.choice(
    "single", "married", "divorced", "widowed",
    belum_kawin="single", belum_menikah="single", lajang="single", bk="single", tidak_kawin="single",
    kawin="married", menikah="married", k="married", nikah="married", kawin_tercatat="married",
    kawin_belum_tercatat="married", cerai="divorced", cerai_hidup="divorced", janda="widowed", duda="widowed",
    cerai_mati="widowed", janda_mati="widowed", janda_cerai="divorced", duda_cerai="divorced",
)  # fmt: skip


def kind(cell: object, _day: date) -> object:
    """A kind of business by code or Indonesian name; one the catalogue does not know is left open, with a
    warning.
    """
    found = catalogue().kind_code(read.plain_text(cell)) or catalogue().kind_code(read.slug(read.plain_text(cell)))
    return found or Softly("", "kind_unknown")


def kinds(cell: object, day: date) -> object:
    """Kinds with `;` between, in the written order."""
    return _several([kind(part, day) for part in read.parts_of(cell)], "kind_unknown")


def skill(cell: object, _day: date) -> object:
    """A skill by code."""
    found = read.slug(read.plain_text(cell))
    return found if found in catalogue().skills else Softly("", "skill_unknown")


def skills(cell: object, day: date) -> object:
    """Skills with `;` between."""
    return _several([skill(part, day) for part in read.parts_of(cell)], "skill_unknown")


def resource(cell: object, _day: date) -> object:
    """A village resource by code."""
    found = read.slug(read.plain_text(cell))
    return found if found in catalogue().resources else Fault("choice_bad")


def _several(found: list[object], code: str) -> object:
    known = tuple(dict.fromkeys(one for one in found if isinstance(one, str) and one))
    return Softly(known, code) if any(isinstance(one, Softly) for one in found) else known


def exclusion_kind(cell: object, _day: date) -> object:
    """A kind of exclusion; `graduated:` carries the programme."""
    written = read.slug(read.plain_text(cell))
    if written.startswith("graduated:") and len(written) > 10:
        return written[:30]
    return _EXCLUSION(cell, _day)


_EXCLUSION = read.choice(
    "civil_servant", "army_police", "pensioner", "deceased", "mentor", "official",
    asn="civil_servant", pns="civil_servant", pppk="civil_servant", tni="army_police", polri="army_police",
    tni_polri="army_police", p3k="civil_servant", tni_ad="army_police", tni_al="army_police", tni_au="army_police",
    pensiunan="pensioner", purnawirawan="pensioner", pensiunan_pns="pensioner", pensiunan_asn="pensioner",
    pensiunan_tni="pensioner", pensiunan_polri="pensioner", pensiunan_tni_polri="pensioner", meninggal="deceased",
    meninggal_dunia="deceased", wafat="deceased", almarhum="deceased", almarhumah="deceased", alm="deceased",
    almh="deceased", pendamping_pkh="mentor", tksk="mentor", pendamping="mentor",
    perangkat_desa="official", aparat_desa="official", kepala_desa="official", kades="official", lurah="official",
)  # fmt: skip
_ALSO: dict[str, tuple[str, ...]] = {
    name: tuple(words)
    for name, words in tomllib.loads(files("berdaya.intake").joinpath("headings.toml").read_text("utf-8")).items()
}
_NIK = Column(
    "nik", "NIK", read.nik, _ALSO["nik"], blank=Softly("", "nik_missing", mend=True), needed=True, distinct=True
)
"""Who has no NIK yet comes in all the same and stays on the list of people without one; the cell is marked."""
_NIK_OR_NONE = Column("nik", "NIK", read.nik, _ALSO["nik"], blank=Softly("", "nik_not_yet"), needed=True, distinct=True)
"""Children and old people of a family often have none yet; the family card tells who they are."""
_KK = Column("kk", "No KK", read.kk, _ALSO["kk"], required=True, distinct=True, missing="kk_missing")
_NAME = Column("name", "Nama", read.name, _ALSO["name"], required=True, distinct=True)
_BIRTH = Column("birth_date", "Tanggal Lahir", read.birth_date, _ALSO["birth_date"])
_BIRTH_PLACE = Column(
    "birth_place", "Tempat Lahir", read.birth_place, _ALSO["birth_place"], blank="", shares="birth_date"
)
_SEX = Column("sex", "L/P", read.sex, _ALSO["sex"])
_MARITAL = Column("marital", "Status Kawin", MARITAL, _ALSO["marital"], blank="")
_PHONE = Column("phone", "HP", read.phone, _ALSO["phone"], blank="", distinct=True)
_ADDRESS = Column("address", "Alamat", read.text(200), _ALSO["address"], blank="", distinct=True)
_VILLAGE = Column("village", "Desa/Kelurahan", read.text(120), _ALSO["village"], blank="")
_DISTRICT = Column("district", "Kecamatan", read.text(120), _ALSO["district"], blank="")
_REGENCY = Column("regency", "Kabupaten/Kota", read.text(120), _ALSO["regency"], blank="")
_AREA = Column("area", "Kode Wilayah", read.area, _ALSO["area"])
_PLACE = (_VILLAGE, _DISTRICT, _REGENCY, _AREA)
_DESIL = Column("desil", "Desil", read.desil, _ALSO["desil"])
_DESIL_ON = Column("desil_on", "Tanggal Desil", read.any_date, _ALSO["desil_on"])
_DISABILITY = Column("disability", "Disabilitas", read.yes_no, _ALSO["disability"])
_INCOME = Column("income_idr", "Penghasilan", read.idr, _ALSO["income_idr"])
_OCCUPATION = Column("occupation", "Pekerjaan", read.text(80), _ALSO["occupation"], blank="")
_NOTE = Column("note", "note", read.text(2_000), ("Catatan", "Keterangan"), blank="", distinct=True)


def _ref(heading: str, *also: str, name: str = "ref") -> Column:
    return Column(name, heading, read.reference, also, required=True, distinct=True)


def _text(name: str, heading: str, *also: str, required: bool = False, longest: int = 200) -> Column:
    return Column(name, heading, read.text(longest), also, required=required, blank="")


def _date(name: str, heading: str, *also: str, required: bool = True) -> Column:
    return Column(name, heading, read.any_date, also, required=required, missing="date_missing")


def _idr(name: str, heading: str, *also: str, required: bool = False) -> Column:
    return Column(name, heading, read.idr, also, required=required)


def _count(name: str, heading: str, *also: str, high: int = 100_000, required: bool = False) -> Column:
    return Column(name, heading, read.whole(0, high), also, required=required)


CANDIDATE = (
    Column("ref", "No", read.reference, _ALSO["ref"], blank="", distinct=True), _NIK, _KK, _NAME,
    _BIRTH_PLACE, _BIRTH, _SEX, _MARITAL, _ADDRESS, *_PLACE, _PHONE,
    _DESIL, _DESIL_ON,
    Column("female_head", "Kepala Keluarga Perempuan", read.yes_no, _ALSO["female_head"]),
    _DISABILITY, _count("dependants", "Tanggungan", *_ALSO["dependants"], high=30),
    Column("ever_in_business", "Pernah Usaha", read.yes_no, ("Pernah Berusaha",)),
    _OCCUPATION,
    Column("interests", "Minat", kinds, blank=()), Column("skills", "Bakat", skills, ("Keterampilan",), blank=()),
    Column("kind", "Jenis Usaha", kind, blank=""), Column("alumni", "Alumni", read.code, blank=""),
    _text("motivator", "Motivator", "No Motivator", longest=40), _INCOME,
)  # fmt: skip
GROUP = (
    Column("ref", "Kode Kelompok", read.reference, ("Kode", "No Kelompok"), blank="", distinct=True),
    _text("name", "Nama Kelompok", "Nama KUBE", "Nama UEP", "Kelompok", "Nama", required=True, longest=160),
    Column("kind", "Jenis Usaha", kind, ("Usaha",), blank=""),
    Column("founded_year", "Tahun Berdiri", read.whole(1950, 2100), ("Tahun", "Thn Berdiri", "Tahun Pembentukan")),
    _ADDRESS, *_PLACE,
    Column("sponsor", "Sponsor", read.choice("pkh", "tagana", "karang_taruna", "disability", "children",
           disabilitas="disability", anak="children"), ("Pembina", "Lembaga Pembina"), blank=""),
    _text("sponsor_name", "Nama Sponsor", "Nama Lembaga", "Nama Pembina", longest=160),
    _idr("turnover_idr", "Omzet", "Omset", "Omzet per Bulan"),
    _text("page", "Halaman", "Hal", "Hal.", "Halaman Buku", "Halaman Register", "No Halaman", longest=40),
)  # fmt: skip
MEMBER = (
    _ref("Kode Kelompok", "Kode"), _ref("No", "No.", "Nomor", "No Anggota", name="member"), _NIK, _KK, _NAME, _BIRTH,
    _SEX, _MARITAL,
    Column("position", "Jabatan", read.choice("ketua", "sekretaris", "bendahara", "anggota"), blank="anggota"),
    _PHONE, _DESIL, _DESIL_ON, _DISABILITY, _INCOME,
)  # fmt: skip
FAMILY = (
    _NIK_OR_NONE, _KK, _NAME, _BIRTH_PLACE, _BIRTH, _SEX, _MARITAL,
    Column("relation", "Hubungan Keluarga", read.choice(
        "head", "spouse", "child", "other", kepala_keluarga="head", kepala="head", krt="head", kk="head",
        suami="spouse", istri="spouse", isteri="spouse", anak="child", menantu="other", cucu="other", orang_tua="other",
        mertua="other", famili_lain="other", famili="other", lainnya="other", pembantu="other"),
        _ALSO["relation"], blank=""),
    _ADDRESS, *_PLACE, _PHONE, _DESIL, _DESIL_ON, _DISABILITY, _OCCUPATION, _INCOME,
)  # fmt: skip
ASSET = (
    _ref("Kode Kelompok", "Kode"), _text("name", "Nama Barang", "Barang", "Aset", required=True, longest=160),
    Column("quantity", "Jumlah", read.whole(1, 1_000_000), ("Volume", "Qty", "Banyaknya"), blank=1),
    _text("unit", "Satuan", longest=30), _idr("value_idr", "Nilai Satuan", "Nilai", "Harga"),
    Column("condition", "Kondisi", read.choice("good", "damaged", "lost", baik="good", rusak="damaged",
           rusak_ringan="damaged", rusak_berat="damaged", hilang="lost"), blank="good"),
    _date("since", "Sejak", "Tanggal Perolehan", "Diterima", required=False),
)  # fmt: skip
BALANCE = (
    _ref("Kode Kelompok", "Kode"),
    Column("account", "Akun", read.choice("cash", "bank", "saving", "iks", "loan", kas="cash", tunai="cash",
           bank_rekening="bank", rekening="bank", simpanan="saving", tabungan="saving", pinjaman="loan",
           piutang="loan"), ("Jenis Saldo", "Jenis"), required=True),
    Column("member", "No Anggota", read.reference, ("Anggota",), blank=""),
    _idr("amount_idr", "Saldo", "Jumlah", "Nilai", required=True),
    _date("on", "Per Tanggal", "Tanggal"),
    _text("first_signer", "Penanda Tangan 1", "Ketua", "Ditandatangani 1", required=True, longest=120),
    _text("second_signer", "Penanda Tangan 2", "Bendahara", "Ditandatangani 2", required=True, longest=120),
)  # fmt: skip
VERIFICATION = (
    _ref("ref", "No"), _date("date", "date", "Tanggal"), _text("verifier", "verifier", "Verifikator", required=True),
    Column("result", "result", read.choice("confirmed", "not_found", "not_poor", "moved", "died", layak="confirmed",
           tidak_ditemukan="not_found", tidak_layak="not_poor", pindah="moved", meninggal="died"),
           ("Hasil",), required=True),
    _date("meeting_date", "meeting_date", "Tanggal Musyawarah", required=False),
    Column("meeting_decision", "meeting_decision", read.choice("accepted", "rejected", diterima="accepted",
           ditolak="rejected"), ("Keputusan Musyawarah",), blank=""), _NOTE,
)  # fmt: skip
CLASS = (
    _ref("Kode", "Kode Kelas", name="code"), _text("name", "Nama", "Nama Kelas", required=True),
    Column("kinds", "Jenis Usaha", kinds, blank=()), Column("skill", "Keterampilan", skill, blank=""), _AREA,
    _text("venue", "Tempat", "Lokasi"), Column("lat", "Lintang", read.decimal(-15, 15), ("Latitude", "Lat")),
    Column("lon", "Bujur", read.decimal(90, 150), ("Longitude", "Lon")),
    Column("seats", "Kursi", read.whole(1, 10_000), ("Kuota", "Kapasitas"), required=True),
    Column("minimum", "Minimal", read.whole(0, 10_000), blank=0), _date("starts_on", "Mulai"),
    _date("ends_on", "Selesai"), _text("trainer", "Pelatih"), _text("partner", "Mitra"),
    Column("wheelchair", "Akses Kursi Roda", read.yes_no, blank=False),
    Column("guests", "Peserta Luar", read.texts, blank=()),
)  # fmt: skip
ATTENDANCE = (
    _ref("ref", "No"), _text("member", "member", "Anggota", longest=40),
    Column("class_code", "class", read.reference, ("Kelas",), blank=""),
    _count("sessions", "sessions", "Sesi", required=True), _count("attended", "attended", "Hadir", required=True),
    _count("pre", "pre", "Nilai Awal", high=100), _count("post", "post", "Nilai Akhir", high=100),
)  # fmt: skip
PACKAGE = (
    _ref("Kode", "Kode Paket", name="code"), Column("kind", "Jenis Usaha", kind, blank=""),
    _text("goods", "Barang", "Nama Barang", required=True), _text("specification", "Spesifikasi", "Spek", longest=400),
    Column("quantity", "Jumlah", read.whole(1, 1_000_000), ("Volume", "Qty"), required=True),
    _text("unit", "Satuan", required=True, longest=30), _idr("unit_price_idr", "Harga Satuan", "Harga", required=True),
    Column("asset", "Aset", read.yes_no, blank=False),
)  # fmt: skip
RESOURCE = (
    Column("area", "Kode Wilayah", read.area, required=True),
    Column("resource", "Sumber Daya", resource, ("Potensi",), required=True),
    Column("strength", "Kekuatan", read.whole(0, 3), required=True), _text("source", "Sumber"),
    _date("date", "Tanggal"),
)  # fmt: skip
POSITION = (
    Column("area", "area", read.area, ("Kode Wilayah",), required=True),
    Column("lat", "lat", read.decimal(-15, 15), ("Lintang",), required=True),
    Column("lon", "lon", read.decimal(90, 150), ("Bujur",), required=True), _text("source", "source", "Sumber"),
)  # fmt: skip
_ANY_NIK = Column("nik", "NIK", read.nik, _NIK.also, blank="", distinct=True)
_ANY_KK = Column("kk", "No KK", read.kk, _KK.also, blank="", distinct=True)
_ANY_NAME = Column("name", "Nama", read.name, _NAME.also, blank="", distinct=True)
EXCLUSION = (
    _ANY_NIK, _ANY_KK, _ANY_NAME, Column("kind", "Jenis", exclusion_kind, ("Status", "Alasan"), required=True),
    _text("source", "Sumber", longest=120), _date("date", "Tanggal", "Per Tanggal"),
)  # fmt: skip
OTHER_AID = (
    _ANY_NIK, _ANY_KK, _ANY_NAME, _text("office", "Kantor", "OPD", "Dinas", required=True, longest=160),
    _text("programme", "Program", "Nama Program", required=True, longest=160),
    Column("year", "Tahun", read.whole(2000, 2100), required=True),
    Column("form", "Bentuk", read.choice("business_aid", "cash", "goods", "training", bantuan_usaha="business_aid",
           usaha="business_aid", modal_usaha="business_aid", bantuan_modal="business_aid", modal="business_aid",
           bantuan_modal_usaha="business_aid", alat_usaha="business_aid", peralatan_usaha="business_aid",
           bantuan_alat_usaha="business_aid", uang="cash", tunai="cash", uang_tunai="cash", bantuan_tunai="cash",
           transfer="cash", blt="cash", barang="goods", sembako="goods", bantuan_barang="goods", pelatihan="training",
           bimtek="training"), required=True),
    _idr("value_idr", "Nilai"),
)  # fmt: skip
MENTOR = (
    _ref("Kode", name="code"), Column("name", "Nama", read.name, ("Nama Pendamping",), required=True),
    Column("areas", "Kode Wilayah", read.areas, ("Wilayah",), required=True), _PHONE,
)  # fmt: skip
HANDOVER = (
    _ref("ref"), _date("date", "date", "Tanggal"), _text("place", "place", "Tempat"),
    Column("condition", "condition", read.choice("good", "damaged", "short", baik="good", rusak="damaged",
           kurang="short"), ("Kondisi",), blank="good"),
    _text("received_by", "received_by", "Penerima"), _NOTE,
)  # fmt: skip
VISIT = (
    _ref("ref"), _date("date", "date", "Tanggal"), _text("mentor", "mentor", "Pendamping", required=True),
    Column("method", "method", read.choice("asked", "seen", "document", ditanya="asked", dilihat="seen",
           dokumen="document"), ("Cara",), required=True),
    _count("production_days", "production_days", "Hari Produksi", high=31),
    _idr("turnover_idr", "turnover_idr", "Omzet"), _idr("cost_idr", "cost_idr", "Biaya"),
    _idr("stock_idr", "stock_idr", "Persediaan"),
    _count("workers", "workers", "Pekerja"), _count("active_members", "active_members", "Anggota Aktif"),
    Column("problem", "problem", read.text(2_000), ("Masalah",), blank=""),
    Column("advice", "advice", read.text(2_000), ("Saran",), blank=""),
    _idr("income_idr", "income_idr", "Penghasilan"), _NOTE,
)  # fmt: skip
PAYMENT = (
    _ref("ref"), Column("member", "member", read.reference, ("Anggota",), blank=""),
    _date("date", "date", "Tanggal"),
    Column("kind", "kind", read.choice("saving", "iks", "instalment", simpanan="saving", tabungan="saving",
           angsuran="instalment"), ("Jenis",), required=True),
    Column("amount_idr", "amount_idr", read.idr, ("Jumlah",), required=True),
)  # fmt: skip
PRODUCT = (
    _ref("Ref", "Kode Kelompok", "Kode"), _text("name", "Nama Produk", required=True, longest=160),
    _text("category", "Kategori", longest=60),
    _idr("price_idr", "Harga", required=True), _text("unit", "Satuan", longest=30),
    _count("stock", "Stok", high=10**9),
    Column("description", "Keterangan", read.text(2_000), blank=""),
    Column("permit", "Izin", read.choice("pirt", "nib", "halal", p_irt="pirt"), blank=""),
    _text("permit_number", "Nomor Izin", longest=60), _date("valid_until", "Berlaku Sampai", required=False),
)  # fmt: skip
EXHIBITION = (
    _ref("Kode", name="code"), _text("name", "Nama", required=True), _AREA, _text("venue", "Tempat"),
    _date("starts_on", "Mulai"), _date("ends_on", "Selesai"),
)  # fmt: skip
STALL = (
    _ref("Pameran", name="exhibition"), _ref("Ref"), _text("stall", "Stan", longest=40),
    Column("turnover_idr", "Omzet", read.idr, blank=0), Column("leads", "Prospek", read.whole(0, 1_000_000), blank=0),
)  # fmt: skip
CONTEST = (
    _ref("Kode", name="code"), _text("name", "Nama", required=True), _text("level", "Tingkat", longest=40),
    _date("date", "Tanggal"),
)  # fmt: skip
SCORE = (
    _ref("Lomba", name="contest"), _ref("Ref"), _text("juror", "Juri", required=True),
    _text("criterion", "Kriteria", required=True), Column("weight", "Bobot", read.whole(0, 1_000), required=True),
    Column("score", "Nilai", read.decimal(0, 1_000), required=True),
)  # fmt: skip
