"""The clauses of the five places and the thread of one family: which page shows each, to whom, and by which words.

`docs/scenarios.md` tells the same rows to people; `tests/integration/test_process_demo_scenarios.py` opens every page.
"""

from __future__ import annotations

from dataclasses import dataclass

SITUBONDO, BANTEN, SUMSEL, KUPANG, JAKTIM = (
    "situbondo-uep-2024", "banten-uep-2024", "sumsel-kube-2024", "kupang-kube-2024", "jaktim-uep-2024",
)  # fmt: skip
OFFICES = {SITUBONDO: "situbondo", BANTEN: "banten", SUMSEL: "sumatera", KUPANG: "kupang", JAKTIM: "jakarta-timur"}


@dataclass(frozen=True)
class Clause:
    """One clause: `page` may name a thing in braces that `THINGS` finds; `fact` is a pattern of the page's words."""

    key: str
    who: str
    place: str
    page: str
    fact: str


_OF = "JOIN programmes_programme p ON p.id = {} WHERE p.code = '{}'"
_SUMSEL_CHAIR = f"""
    FROM groups_officer o JOIN groups_membership m ON m.id = o.membership_id
    JOIN groups_group g ON g.id = o.group_id JOIN enterprises_enterprise e ON e.group_id = g.id
    JOIN programmes_candidate c ON c.person_id = m.person_id AND c.programme_id = e.programme_id
    JOIN programmes_programme p ON p.id = c.programme_id
    LEFT JOIN graduation_assessment a ON a.enterprise_id = e.id AND a.approved_by IS NOT NULL
    LEFT JOIN market_storefront s ON s.enterprise_id = e.id
    WHERE o.position = 'ketua' AND o.until IS NULL AND p.code = '{SUMSEL}'
    ORDER BY (a.id IS NULL), (s.id IS NULL), g.code LIMIT 1"""
THINGS = {
    "sponsored": "SELECT s.subject_id FROM access_rolesubject s JOIN access_role r ON r.id = s.role_id"
    " JOIN groups_group g ON g.id = s.subject_id WHERE r.kind = 'sponsor' AND r.area = 3512000000 ORDER BY g.code",
    "fair": "SELECT id FROM market_exhibition WHERE area = 3512000000 AND closed_on IS NULL ORDER BY starts_on",
    "contest": "SELECT c.id FROM market_contest c JOIN market_contestentry n ON n.contest_id = c.id"
    " WHERE c.area = 3512000000 AND c.level = 'provinsi' AND n.rank IS NOT NULL ORDER BY c.held_on",
    "product": "SELECT slug FROM public_product ORDER BY slug",
    "banten_bast": "SELECT h.id FROM grants_handover h JOIN programmes_decreeline l ON l.id = h.decree_line_id"
    " JOIN programmes_decree d ON d.id = l.decree_id " + _OF.format("d.programme_id", BANTEN) + " ORDER BY h.number",
    "referred": "SELECT r.candidate_id FROM programmes_referral r JOIN programmes_candidate c ON c.id = r.candidate_id "
    + _OF.format("c.programme_id", BANTEN),
    "pledge": "SELECT id FROM market_pledge WHERE partner LIKE 'Universitas Contoh%'",
    "bimtek": "SELECT c.id FROM training_trainingclass c " + _OF.format("c.programme_id", KUPANG) + " ORDER BY c.code",
    "capital_lpj": "SELECT l.id FROM accountability_lpj l JOIN programmes_decreeline d ON d.id = l.decree_line_id"
    " JOIN programmes_decree k ON k.id = d.decree_id " + _OF.format("k.programme_id", KUPANG)
    + " AND l.state = 'accepted' ORDER BY l.id",
    "fund": "SELECT f.id FROM funds_fund f JOIN groups_group g ON g.id = f.group_id JOIN access_rolesubject s"
    " ON s.subject_id = g.id JOIN access_role r ON r.id = s.role_id WHERE r.kind = 'group_officer'"
    " AND r.area = 5371000000 AND f.kind = 'cash_turns'",
    "member": "SELECT m.id FROM groups_membership m JOIN access_rolesubject s ON s.subject_id = m.group_id"
    " JOIN access_role r ON r.id = s.role_id WHERE r.kind = 'group_officer' AND r.area = 5371000000"
    " AND m.left_on IS NULL ORDER BY m.number",
    "tools": "SELECT l.id FROM programmes_decreeline l JOIN programmes_decree d ON d.id = l.decree_id"
    " JOIN grants_handover h ON h.decree_line_id = l.id JOIN grants_handoverline i ON i.handover_id = h.id"
    " JOIN grants_asset a ON a.line_id = i.id JOIN grants_assetcheck k ON k.asset_id = a.id "
    + _OF.format("d.programme_id", JAKTIM) + " ORDER BY l.number",
    "mother": "SELECT c.id" + _SUMSEL_CHAIR,
    "home": "SELECT c.household_id" + _SUMSEL_CHAIR,
    "class": "SELECT (SELECT t.training_class_id FROM training_placement t JOIN training_placementrun r"
    " ON r.id = t.run_id WHERE t.person_id = m.person_id AND r.programme_id = p.id AND t.in_force LIMIT 1)"
    + _SUMSEL_CHAIR,
    "group": "SELECT g.id" + _SUMSEL_CHAIR,
    "line": "SELECT coalesce((SELECT l.id FROM programmes_decreeline l WHERE l.candidate_id = c.id LIMIT 1), c.id)"
    + _SUMSEL_CHAIR,
    "book": "SELECT m.id" + _SUMSEL_CHAIR,
    "business": "SELECT e.id" + _SUMSEL_CHAIR,
    "seller": "SELECT s.slug" + _SUMSEL_CHAIR,
}  # fmt: skip
"""Name in braces -> the query whose first row is it."""

CLAUSES = (
    Clause("S1 registry", "operator", SITUBONDO, "/kelompok/", r"\d+ kelompok .*belum lengkap"),
    Clause("S1 sponsor", "lembaga", SITUBONDO, "/", r"Kelompok yang Anda bina .*usaha (aktif|lemah|tidak aktif)"),
    Clause("S1 coaching", "lembaga", SITUBONDO, "/kelompok/{sponsored}/tata-kelola/", r"(label|foto|stok|satu buku)"),
    Clause("S1 exhibition", "operator", SITUBONDO, "/acara/pameran/{fair}/", r"Stan .*Omzet .*Rp"),
    Clause("S1 contest", "operator", SITUBONDO, "/acara/lomba/{contest}/", r"Batik Tulis Difabel .*Dekranasda"),
    Clause("S1 catalogue", "", "", "/pasar/produk/{product}/", r"WhatsApp"),
    Clause("S1 tourist", "", "", "/pasar/pameran/", r"Festival Wisata Pasir Putih"),
    Clause("S1 buyer", "operator", SITUBONDO, "/mitra/", r"Koperasi Wisata Contoh Pasir Putih"),
    Clause("S2 quota", "operator", BANTEN, f"/program/{BANTEN}/bukti/", r"Kuota menurut wilayah .*Lebak"),
    Clause("S2 alumni", "operator", BANTEN, f"/program/{BANTEN}/", r"alumni Jamsosratu"),
    Clause("S2 assessment", "operator", BANTEN, "/potensi/asesmen/", r"asesmen"),
    Clause("S2 packages", "operator", BANTEN, f"/program/{BANTEN}/paket/", r"Rp"),
    Clause("S2 handover", "operator", BANTEN, "/penyaluran/{banten_bast}/", r"BAST"),
    Clause("S2 capital", "kadis", BANTEN, f"/program/{BANTEN}/bukti/", r"modal kerja yang masih berputar .*pernah"),
    Clause("S2 motivators", "operator", BANTEN, f"/program/{BANTEN}/bukti/", r"dengan motivator"),
    Clause("S2 graduation", "operator", BANTEN, f"/program/{BANTEN}/langkah/", r"Nilai graduasi .*dinilai"),
    Clause("S2 register", "operator", BANTEN, "/daftar-program/", r"Dinas Koperasi dan UKM Provinsi Banten"),
    Clause("S2 public register", "", "", "/layanan/", r"Dinas Kelautan dan Perikanan Provinsi Banten"),
    Clause("S2 referral", "operator", BANTEN, f"/program/{BANTEN}/calon/{{referred}}/", r"[Rr]ujuk"),
    Clause("S2 sources", "operator", BANTEN, "/penyaluran/rupiah/", r"APBD provinsi .*APBN|APBN .*APBD provinsi"),
    Clause("S2 once", "operator", BANTEN, f"/program/{BANTEN}/", r"sudah dibantu usaha"),
    Clause("S3 pledges", "kadis", SUMSEL, "/mitra/", r"Universitas Contoh Palembang .*Warga peduli"),
    Clause("S3 delivery", "operator", SUMSEL, "/mitra/{pledge}/", r"Yang sudah datang .*pelatih"),
    Clause("S3 resources", "operator", SUMSEL, "/potensi/", r"Rotan"),
    Clause("S3 interests", "operator", SUMSEL, f"/program/{SUMSEL}/calon/{{mother}}/", r"[Mm]inat"),
    Clause("S3 matching", "operator", SUMSEL, "/kelas/{class}/", r"[Pp]eserta"),
    Clause("S3 groups", "operator", SUMSEL, "/kelompok/", r"\d+ kelompok"),
    Clause("S3 products", "", "", "/pasar/?q=rotan", r"[Rr]otan"),
    Clause("S4 invitations", "operator", KUPANG, "/kelas/{bimtek}/pelaksanaan/", r"[Uu]ndangan"),
    Clause("S4 guests", "operator", KUPANG, "/kelas/{bimtek}/", r"TKSK|[Ll]urah"),
    Clause("S4 results", "operator", KUPANG, "/kelas/{bimtek}/", r"[Ss]ertifikat|[Ll]ulus"),
    Clause("S4 use of capital", "operator", KUPANG, "/lpj/{capital_lpj}/", r"RAB .*Rp"),
    Clause("S4 revolving", "pengurus", KUPANG, "/dana/{fund}/", r"[Gg]iliran .*Rp"),
    Clause("S4 member", "pengurus", KUPANG, "/kelompok/anggota/{member}/", r"[Ss]impanan|Tabungan"),
    Clause("S4 income", "kadis", KUPANG, f"/program/{KUPANG}/laporan/", r"Penghasilan, nilai tengah .*sebelum"),
    Clause("S5 trades", "operator", JAKTIM, "/kelas/", r"Kursi .*Kue"),
    Clause("S5 tools", "operator", JAKTIM, "/penyaluran/baris/{tools}/", r"[Dd]iperiksa|dipakai|bekerja"),
    Clause("S5 tasks", "operator", JAKTIM, "/tugas/?whose=semua", r"(Lurah|Camat|Kepala Desa)"),
    Clause("S5 lurah", "lurah", JAKTIM, "/tugas/", r"tugas"),
    Clause("S5 camat", "camat", JAKTIM, "/tugas/", r"tugas"),
    Clause("S5 holidays", "operator", JAKTIM, "/usaha/?status=holiday_only", r"[1-9]\d* usaha"),
    Clause("S5 events", "camat", JAKTIM, "/acara/", r"Bazar Kelurahan .*Rp"),
    Clause("S5 partnerships", "walikota", JAKTIM, "/mitra/", r"Koperasi Pasar Contoh Jatinegara .*Rp22\.000"),
    Clause("S5 poverty", "walikota", JAKTIM, f"/program/{JAKTIM}/bukti/", r"3,78.* bukan akibat|bukan akibat .*3,78"),
    Clause("1 list", "operator", SUMSEL, f"/program/{SUMSEL}/", r"baris rusak"),
    Clause("2 aided elsewhere", "operator", SUMSEL, f"/program/{SUMSEL}/", r"sudah dibantu usaha"),
    Clause("3 rank", "operator", SUMSEL, f"/program/{SUMSEL}/calon/{{mother}}/", r"terpenuhi"),
    Clause("4 class", "operator", SUMSEL, "/kelas/{class}/", r"Peserta"),
    Clause("5 group", "operator", SUMSEL, "/kelompok/{group}/", r"Ketua"),
    Clause("6 aid", "operator", SUMSEL, "/penyaluran/baris/{line}/", r"SK"),
    Clause("7 book", "operator", SUMSEL, "/kelompok/anggota/{book}/", r"Rp"),
    Clause("8 visits", "operator", SUMSEL, "/usaha/{business}/", r"[Kk]unjungan"),
    Clause("9 warning", "operator", SUMSEL, "/tugas/?whose=semua", r"Omzet turun|berhenti|Produksi|tidak aktif"),
    Clause("10 market", "", "", "/pasar/penjual/{seller}/", r"WhatsApp|Rp"),
    Clause("11 graduation", "operator", SUMSEL, "/usaha/{business}/", r"[Gg]raduasi"),
    Clause("12 rupiah", "kadis", SUMSEL, "/penyaluran/rupiah/", r"CSR"),
)  # fmt: skip
"""Every row of `docs/scenarios.md` that has a page."""
