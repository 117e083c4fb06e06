"""Coaching of groups that a sponsor (lembaga pembina) cares for, in a demo: what was seen, one advice, what came of it.

Outside a demo sponsors write their notes on their own page.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from berdaya.governance.services.coaching import record_coaching
from berdaya.governance.types import CoachingNote
from berdaya.groups.models import Group
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.process.walk import Walk

VISITS = 3
SEEN = (
    ("Produksi berjalan, tetapi kemasan masih polos.", "Pakai label dengan nama kelompok dan nomor izin."),
    ("Harga di warung lebih murah daripada di pameran.", "Samakan harga, lalu tulis di label."),
    ("Foto produk gelap; pembeli daring bertanya ukuran.", "Foto di luar rumah, tulis berat dan ukuran."),
    ("Pembukuan hanya di kepala ketua.", "Catat masuk dan keluar setiap hari di satu buku."),
    ("Wisatawan ramai pada hari libur, stok habis siang.", "Siapkan dua kali lipat pada akhir pekan panjang."),
)
FOLLOWED = ("", "yes", "partly", "yes", "no")


def coach(walk: Walk) -> str:
    """Three visits to each group with a sponsor, the last of them this month; the same on every run."""
    if not (settings.DEMO and walk.synthetic and walk.checker):
        return "dicatat oleh lembaga pembina"
    today, made = clock.today(), 0
    with walk.acting("coaching") as actor:
        groups = Group.objects.filter(
            candidacies__programme=walk.programme, sponsor__isnull=False, funds=None, dissolved_on=None
        )
        for place, group in enumerate(groups.order_by("code").distinct()):
            for visit in range(VISITS):
                seen, advice = SEEN[(place + visit) % len(SEEN)]
                day = today - timedelta(days=6 + place % 40 + 62 * (VISITS - 1 - visit))
                followed = FOLLOWED[(place + visit) % len(FOLLOWED)] if visit else ""
                note = CoachingNote(stable_id(walk.code, "coaching", group.code, visit), day, seen, advice, followed)
                record_coaching(actor=actor, group_id=group.pk, note=note)
                made += 1
    return f"{made} catatan pembinaan"
