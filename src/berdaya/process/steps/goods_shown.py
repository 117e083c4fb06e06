"""What only an example shows of goods: numbered things, signatures, photos, a return, a loss, budgets that wait.

Real folders bring these through the office web and the field app; nothing is made up for them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from django.conf import settings

from berdaya.accountability.models import SpotCheck
from berdaya.accountability.services.statements import record_spot_check
from berdaya.areas.selectors import positions
from berdaya.example.pictures import goods_photo
from berdaya.files.services import store_photo, store_signature
from berdaya.files.types import FileDraft
from berdaya.grants import services
from berdaya.grants.days import NewDay
from berdaya.grants.models import Asset, Handover, HandoverLine, Lot, Piece, Proposal
from berdaya.grants.services.assets import AssetLook, look_at_assets_many
from berdaya.grants.services.days import attach_photo
from berdaya.grants.stock import Back, Move, NewMove, NewReturn
from berdaya.grants.types import (
    AssetState,
    Condition,
    HandoverRow,
    PackageInfo,
    PackageLine,
    PlannedHandover,
    Proof,
    ProofKind,
    Screen,
)
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.process.walk import Walk
from berdaya.programmes.models import Candidate
from berdaya.programmes.states import CandidateState

SMALL = 1_000
"""Programmes with more handovers are shown without these: the demo has to start quickly."""
CALLED, PICTURED, LOOKED = 40, 16, 12
SPOTS = 16
SEEN = ("Barang ada di rumah dan dipakai.", "Satu barang tidak ada; keluarga bilang belum diantar.")
BUDGET = (("Etalase kaca", "120 cm", 1, "unit", 0.5, True), ("Bahan baku awal", "sebulan", 1, "paket", 0.25, False))


def shown(walk: Walk, handovers: int) -> bool:
    """True for a small synthetic programme of a demo."""
    return bool(settings.DEMO and walk.synthetic and walk.checker and handovers <= SMALL)


def tags_of(package: str, item: int, start: int, count: int) -> tuple[str, ...]:
    """Serial numbers of an item: package, item, running number."""
    short = package.removeprefix("P-")[:12]
    return tuple(f"{short}-{item}-{number:04}" for number in range(start, start + count))


def numbered_rows(
    rows: Sequence[HandoverRow], plans: Iterable[PlannedHandover], packages: Mapping[str, PackageInfo]
) -> list[HandoverRow]:
    """The rows with the serial numbers of their durable things, in the order in which they stand in the file."""
    wanted = {plan.ref: packages[plan.package] for plan in plans if plan.package and plan.package in packages}
    used: Counter[tuple[str, int]] = Counter()
    found = []
    for row in rows:
        package = wanted.get(row.ref)
        if package is None:
            found.append(row)
            continue
        tags = {}
        for item in package.items:
            if item.durable:
                at = used[package.code, item.number]
                tags[item.number] = tags_of(package.code, item.number, at + 1, item.quantity)
                used[package.code, item.number] = at + item.quantity
        found.append(replace(row, tags=tags))
    return found


def day_of(walk: Walk, rows: Sequence[HandoverRow], plans: Sequence[PlannedHandover]) -> list[HandoverRow]:
    """One morning of the programme as a day with queue, screened pack, signatures and thumbprints."""
    areas = {plan.ref: plan.area for plan in plans if plan.package}
    first = [row for row in rows if row.ref in areas]
    if not first:
        return list(rows)
    (on, place), _ = Counter((row.occurred_on, row.place) for row in first).most_common(1)[0]
    called = [row for row in first if (row.occurred_on, row.place) == (on, place)][:CALLED]
    day = stable_id(walk.code, "handover-day")
    with clock.frozen(on), walk.acting("handover") as actor:
        services.plan_day(
            actor=actor,
            day=NewDay(day, walk.programme, place, on, walk.config.programme.area, refs=tuple(r.ref for r in called)),
        )
        services.issue_day(actor=actor, day_id=day)
        where = positions({areas[row.ref] for row in called})
        proven = {}
        for number, row in enumerate(called):
            area = areas[row.ref]
            at = datetime.combine(on, time(1, 30), tzinfo=UTC) + timedelta(seconds=52 * number)
            spot = where.get(area)
            proof = Proof(
                ProofKind.THUMB if number % 8 == 7 else ProofKind.SIGNATURE, witness="Sekretaris Desa (contoh)",
                lat=spot.lat if spot else None, lon=spot.lon if spot else None, device_at=at,
            )  # fmt: skip
            if proof.kind is ProofKind.SIGNATURE:
                drawn = [
                    store_signature(actor=actor, draft=_draft(area, walk, "signature", "ttd.svg"), strokes=_ink(seed))
                    for seed in (row.received_by, walk.config.letter.name)
                ]
                proof = replace(proof, signature=drawn[0], giver_signature=drawn[1])
            proven[row.ref] = replace(row, day=day, proof=proof)
    return [proven.get(row.ref, row) for row in rows]


def _draft(area: int, walk: Walk, purpose: str, name: str, content: bytes = b"") -> FileDraft:
    return FileDraft(content, "image/svg+xml", name, purpose, area, walk.office.pk)


def _ink(name: str) -> list[list[list[float]]]:
    """An invented signature: a running line whose waves follow the name."""
    seed = hashlib.sha256(name.encode()).digest()
    line = [[80.0 + 28 * at, 200.0 + (seed[at % 32] - 128) * (0.9 if at % 2 else -0.7)] for at in range(28)]
    return [line, [[120.0, 330.0], [620.0 + seed[0], 300.0]]]


def show(walk: Walk) -> str:
    """Photos, a thing that came back broken and was replaced, stock that moved, budgets in each state."""
    with walk.acting("goods shown") as actor:
        day = stable_id(walk.code, "handover-day")
        rows = list(Handover.objects.filter(day=day).order_by("number")[:PICTURED])
        if not rows or rows[0].photos.exists():
            return ""
        pictures = 0
        for row in rows:
            for line in HandoverLine.objects.filter(handover=row).select_related("item").order_by("item__number")[:2]:
                content = goods_photo(line.item.name, line.quantity)
                file = store_photo(actor=actor, draft=_draft(row.area, walk, "handover", "barang.jpg", content))
                attach_photo(actor=actor, handover_id=row.pk, file=file, shows="goods", item_number=line.item.number)
                pictures += 1
    replaced = _replace_broken(walk, rows[0])
    _move(walk)
    plans = _budgets(walk)
    return f"; {pictures} foto, {replaced} diganti, {plans} usulan RAB"


def _replace_broken(walk: Walk, row: Handover) -> int:
    """A numbered thing comes back broken, and the recipient gets another one out of the spare stock."""
    with walk.acting("goods shown"):
        lines = HandoverLine.objects.filter(handover=row).select_related("item").order_by("item__number")
        line = next((one for one in lines if one.pieces), None)
        if line is None:
            return 0
        spare = Piece.objects.filter(lot=line.lot_id, state="store").order_by("tag")[: line.quantity]
        tags = tuple(piece.tag for piece in spare)
        ref = row.decree_line.candidate.ref
    if len(tags) < line.quantity:
        return 0
    on = row.occurred_on + timedelta(days=3)
    back = NewReturn(
        stable_id(walk.code, "return"), line.pk, line.quantity, on, Back.DAMAGED, line.store_id,
        "Retak saat dibuka; difoto di meja penyaluran.",
    )  # fmt: skip
    with clock.frozen(on), walk.acting("goods shown") as actor:
        services.write_return(actor=actor, back=back)
    with clock.frozen(on), walk.checking("barang kembali") as checker:
        services.agree_return(actor=checker, return_id=back.id)
    again = HandoverRow(
        stable_id(walk.code, "handover-again", row.pk), ref, on, row.place, Condition.GOOD,
        row.received_by, note="Pengganti barang yang rusak", tags={line.item.number: tags},
    )  # fmt: skip
    with clock.frozen(on), walk.acting("handover") as actor:
        services.record_handovers_many(actor=actor, programme_id=walk.programme, rows=[again], screen=Screen.PAST)
    return 1


def _move(walk: Walk) -> None:
    """Some of the spare stock goes to a kecamatan, and one thing is lost with minutes."""
    with walk.acting("goods shown") as actor:
        lot = Lot.objects.filter(
            purchase_line__purchase__programme=walk.programme, tagged=False, in_store__gte=3
        ).order_by("-in_store", "pk").first()  # fmt: skip
        if lot is None:
            return
        on = lot.delivered_on + timedelta(days=40)
        other = services.open_store(
            actor=actor, store_id=stable_id(walk.code, "store", "kecamatan"), name="Gudang Kecamatan (contoh)",
            area=walk.config.programme.area, keeper="Staf Kecamatan (contoh)",
        )  # fmt: skip
        for kind, target, text in (
            (Move.MOVED, other, "Untuk penyaluran susulan"),
            (Move.LOST, None, "BA 03/2024: kardus terendam saat hujan, disaksikan penjaga gudang."),
        ):
            move = NewMove(stable_id(walk.code, "move", kind), lot.pk, kind, 1, on, lot.store_id, target, minutes=text)
            services.move_stock(actor=actor, move=move)


def _budgets(walk: Walk) -> int:
    """Four families of the waiting list ask for goods of their own: each proposal stands at another station."""
    ceiling = walk.config.aid.ceiling_idr or 2_500_000
    with walk.acting("usulan") as actor:
        rows = Candidate.objects.filter(programme=walk.programme, state=CandidateState.WAITING).exclude(kind="")
        asking = list(rows.order_by("ref")[:4])
        if Proposal.objects.filter(candidate__in=asking).exists():
            return 0
        for candidate in asking:
            services.propose(
                actor=actor, proposal_id=stable_id(walk.code, "proposal", candidate.ref), candidate_id=candidate.pk,
                kind=candidate.kind,
                lines=[
                    PackageLine("", candidate.kind, name, spec, count, unit, int(ceiling * share) // 1000 * 1000, asset)
                    for name, spec, count, unit, share, asset in BUDGET
                ],
            )  # fmt: skip
    keys = [stable_id(walk.code, "proposal", candidate.ref) for candidate in asking]
    with walk.acting("telaah") as actor:
        for key in keys[1:3]:
            services.appraise(actor=actor, proposal_id=key, words="Barang sesuai usaha; harga di bawah harga pasar.")
    with walk.checking("usulan") as checker:
        for key in keys[2:3]:
            services.approve_proposal(actor=checker, proposal_id=key)
        for key in keys[3:4]:
            services.send_back(actor=checker, proposal_id=key, reason="Lampirkan pembanding harga dari dua toko.")
    return len(keys)


def look_again(walk: Walk) -> str:
    """Long after the handover: things looked at with photos, some gone with minutes."""
    day = stable_id(walk.code, "handover-day")
    with walk.acting("goods looked at") as actor:
        assets = list(
            Asset.objects.filter(line__handover__day=day, checks=None).select_related("line").order_by("pk")[:LOOKED]
        )
        looks = []
        for number, asset in enumerate(assets):
            content = goods_photo(asset.name)
            file = store_photo(actor=actor, draft=_draft(asset.area, walk, "asset", "aset.jpg", content))
            gone = number == 5
            looks.append(
                AssetLook(
                    stable_id(walk.code, "look", asset.pk), asset.pk,
                    AssetState.LOST if gone else AssetState.WORKING, clock.today() - timedelta(days=20 + number),
                    minutes="BA 11/2026: dicuri dari kios, laporan polisi ada di kantor desa." if gone else "",
                    photo=None if gone else file,
                )
            )  # fmt: skip
        seen = look_at_assets_many(actor=actor, looks=looks)
    with walk.checking("uji petik") as checker:
        open_checks = SpotCheck.objects.filter(
            handover__decree_line__decree__programme=walk.programme, checked_on=None
        ).order_by("pk")  # fmt: skip
        rows = list(open_checks.values_list("handover_id", flat=True)[:SPOTS]) if looks else []
        for number, handover in enumerate(rows):
            record_spot_check(
                actor=checker, handover_id=handover, complete=number % 9 != 4,
                words=SEEN[1] if number % 9 == 4 else SEEN[0],
            )  # fmt: skip
    return f"; {seen} barang difoto, {len(rows)} uji petik" if looks else ""
