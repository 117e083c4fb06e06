"""The usual words of letters. An office may bring its own; what is frozen is what was printed."""

from __future__ import annotations

from datetime import date

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip

HANDOVER_TERMS = (
    (
        "PIHAK KEDUA menggunakan barang tersebut sebagai modal usaha dan tidak menjual, menggadaikan, atau "
        "memindahtangankannya tanpa persetujuan PIHAK KESATU."
    ),
    "PIHAK KEDUA bersedia didampingi dan melaporkan perkembangan usahanya setiap bulan.",
    "PIHAK KEDUA telah memeriksa jenis, jumlah, dan kondisi barang sebagaimana tercantum di atas.",
)


def long_date(day: date) -> str:
    """21 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
