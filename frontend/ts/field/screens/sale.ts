// Penjualan pameran: takings of one day at one stall.
import { numberAt, textAt, type Screen } from "../screen";
import type { Body } from "../types";
import { rupiah, shortDay } from "../words";

interface Stall extends Body {
  exhibition: string;
  exhibition_name: string;
  enterprise: string;
  enterprise_name: string;
  stall: string;
  starts_on: string;
  ends_on: string;
}

/** Today, or the last day of an exhibition that is over. */
function lastDay(row: Stall | undefined, today: string): string {
  return row && row.ends_on < today ? row.ends_on : today;
}

export const sale: Screen = {
  kind: "sale",
  permission: "visit.record",
  version: 1,
  title: "Penjualan di stan",
  which: "Stan mana?",
  icon: "cart",
  save: "Simpan penjualan",
  targets: (vault) =>
    [...vault.rows<Stall>("stall")].map(([id, row]) => ({ id, title: row.enterprise_name, sub: [row.stall, row.exhibition_name].filter(Boolean).join(" · ") })),
  start: (vault, subject, today) => ({ on: lastDay(vault.row<Stall>("stall", subject), today), turnover_idr: null, leads: null, note: "" }),
  heading(vault, subject) {
    const row = vault.row<Stall>("stall", subject);
    return { title: row?.enterprise_name ?? "Stan", sub: [row?.stall, row?.exhibition_name].filter(Boolean).join(" · ") };
  },
  parts: () => [
    {
      key: "hari", title: "Hari ini di stan",
      fields: [
        { type: "number", path: "turnover_idr", label: "Penjualan", hint: "uang masuk hari ini", unit: "Rp", last: null, most: 10_000_000_000 },
        { type: "number", path: "leads", label: "Calon pembeli", hint: "yang minta dihubungi", unit: "orang", last: null, most: 10_000 },
        { type: "date", path: "on", label: "Tanggal" },
        { type: "text", path: "note", label: "Catatan", most: 200, long: true },
      ],
    },
  ],
  check(ctx) {
    if (textAt(ctx.body, "on") > ctx.today) return [{ path: "on", text: "Tanggal belum tiba." }];
    const row = ctx.vault.row<Stall>("stall", ctx.draft.subject);
    const on = textAt(ctx.body, "on");
    if (row && (on < row.starts_on || on > row.ends_on)) return [{ path: "on", text: `Pameran ini ${shortDay(row.starts_on)} sampai ${shortDay(row.ends_on)}.` }];
    return numberAt(ctx.body, "turnover_idr") === null ? [{ path: "turnover_idr", text: "Isi penjualan hari ini; nol bila tidak ada." }] : [];
  },
  payload(ctx) {
    const row = ctx.vault.row<Stall>("stall", ctx.draft.subject);
    return {
      stall: ctx.draft.subject, exhibition: row?.exhibition, enterprise: row?.enterprise, on: textAt(ctx.body, "on"),
      turnover_idr: numberAt(ctx.body, "turnover_idr"), leads: numberAt(ctx.body, "leads") ?? 0, note: textAt(ctx.body, "note").trim(),
    };
  },
  summary: (body) => `Penjualan ${rupiah(numberAt(body, "turnover_idr") ?? 0)}`,
};
