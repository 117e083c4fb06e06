"""The usual words of letters. An office may bring its own; what is frozen is what was printed."""

from __future__ import annotations

from datetime import date

from berdaya.kernel import formats

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
    return formats.day(day, lang="id")
