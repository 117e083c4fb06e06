// Rapat kelompok: who is here, who saves, who pays, who gets the turn, and the close read aloud. Whole or not at all.
import { cashAfter, sentences, type Closing } from "../aloud";
import { h } from "../dom";
import { listAt, mapAt, numberAt, put, textAt, type Context, type Flaw, type Part, type PersonRow, type Screen } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { rupiah } from "../words";

interface Group extends Body {
  name: string;
  cash_idr: number;
  saving_idr: number | null;
  turn_idr: number | null;
  next_turn: string | null;
}
interface Member extends Body {
  group: string;
  name: string;
  role: string;
  due_idr: number;
  overdue_idr: number;
  debt_idr: number;
}

const MOST = 100_000_000;

function members(vault: Vault, group: string): (Member & { id: string })[] {
  return vault.of<Member>("member", "group", group).sort((a, b) => a.name.localeCompare(b.name, "id"));
}

function group(ctx: Context): Group | undefined {
  return ctx.vault.row<Group>("fund_group", ctx.draft.subject);
}

function rowsOf(list: readonly (Member & { id: string })[], sub: (member: Member) => string): PersonRow[] {
  return list.map((member) => ({ id: member.id, name: member.name, sub: sub(member) }));
}

function sum(amounts: Record<string, number | null>): [number, number] {
  const paid = Object.values(amounts).filter((value): value is number => Boolean(value));
  return [paid.reduce((total, value) => total + value, 0), paid.length];
}

export function closingOf(ctx: Context): Closing {
  const all = members(ctx.vault, ctx.draft.subject);
  const [savings, savers] = sum(mapAt(ctx.body, "savings"));
  const payments = mapAt<number | null>(ctx.body, "payments");
  const [paid, payers] = sum(payments);
  const turnTo = all.find((member) => member.id === textAt(ctx.body, "turn_to"));
  return {
    opening: group(ctx)?.cash_idr ?? 0, savings, savers, paid, payers,
    turn: turnTo ? (numberAt(ctx.body, "turn_idr") ?? 0) : 0, turnTo: turnTo?.name ?? "",
    unpaid: all.filter((member) => member.due_idr > 0 && !payments[member.id]).map((member) => member.name),
  };
}

function book(closing: Closing): HTMLElement {
  const lines: [string, number][] = [
    ["Kas sebelum rapat", closing.opening], ["Tabungan masuk", closing.savings], ["Angsuran masuk", closing.paid],
    ["Giliran keluar", -closing.turn], ["Kas sekarang", cashAfter(closing)],
  ];
  return h(
    "table",
    { class: "f-book" },
    h("tbody", {}, lines.map(([words, value]) => h("tr", {}, h("th", { scope: "row" }, words), h("td", {}, rupiah(value))))),
  );
}

function parts(ctx: Context): Part[] {
  const { vault, draft, body } = ctx;
  const all = members(vault, draft.subject);
  const here = new Set(listAt(body, "present"));
  const present = all.filter((member) => here.has(member.id));
  const owing = all.filter((member) => member.debt_idr > 0);
  const usual = group(ctx)?.saving_idr ?? null;
  const debt = (member: Member): string =>
    [`angsuran ${rupiah(member.due_idr)}`, member.overdue_idr ? `tunggakan ${rupiah(member.overdue_idr)}` : ""].filter(Boolean).join(", ");
  const asDue = (): void =>
    ctx.change((now) => {
      for (const member of owing) if (here.has(member.id) && member.due_idr) put(now, `payments.${member.id}`, member.due_idr);
    });
  const able = present.filter((member) => !member.overdue_idr);
  return [
    { key: "hadir", title: "Siapa hadir?", fields: [{ type: "ticks", path: "present", label: "Anggota", on: "hadir", rows: rowsOf(all, (member) => member.role) }] },
    { key: "tabungan", title: "Siapa menabung?", fields: [{ type: "amounts", path: "savings", label: "Tabungan", unit: "Rp", usual, most: MOST, rows: rowsOf(present, () => "") }] },
    {
      key: "angsuran", title: "Siapa membayar?",
      fields: owing.length
        ? [
            { type: "act", label: "Yang hadir membayar sesuai angsuran", act: asDue },
            { type: "amounts", path: "payments", label: "Angsuran", unit: "Rp", usual: null, most: MOST, rows: rowsOf(owing, debt) },
          ]
        : [{ type: "note", text: "Tidak ada anggota yang berutang." }],
    },
    {
      key: "giliran", title: "Siapa mendapat giliran?",
      fields: [
        {
          type: "choice", path: "turn_to", label: "Penerima giliran", hint: "Yang menunggak tidak mendapat giliran. Kosongkan bila tidak ada.",
          options: able.map((member) => ({ value: member.id, label: member.name })),
        },
        ...(textAt(body, "turn_to") ? [{ type: "number" as const, path: "turn_idr", label: "Besar giliran", unit: "Rp", last: group(ctx)?.turn_idr ?? null, most: MOST }] : []),
      ],
    },
    {
      key: "tutup", title: "Tutup buku",
      fields: [
        { type: "speak", label: "Bacakan", text: () => sentences(closingOf(ctx)) },
        { type: "node", draw: () => book(closingOf(ctx)) },
        { type: "number", path: "counted_idr", label: "Uang yang dihitung di kotak", hint: "hitung bersama", unit: "Rp", last: cashAfter(closingOf(ctx)), most: 10 * MOST },
      ],
    },
    {
      key: "tanda", title: "Tanda tangan",
      fields: [
        { type: "signature", path: "chair_sign", label: "Ketua", who: "Ketua kelompok" },
        { type: "signature", path: "treasurer_sign", label: "Bendahara", who: "Bendahara kelompok" },
        { type: "photos", path: "photos", label: "Foto buku kertas", most: 2 },
        { type: "text", path: "note", label: "Keputusan rapat", most: 2000, long: true },
        { type: "date", path: "on", label: "Tanggal rapat" },
      ],
    },
  ];
}

function check(ctx: Context): Flaw[] {
  const { body } = ctx;
  const flaws: Flaw[] = [];
  if (!listAt(body, "present").length) flaws.push({ path: "present", text: "Tandai siapa yang hadir." });
  for (const member of members(ctx.vault, ctx.draft.subject)) {
    const paid = mapAt<number | null>(body, "payments")[member.id] ?? 0;
    if (paid > member.debt_idr) flaws.push({ path: `payments.${member.id}`, text: `${member.name} membayar lebih dari utangnya (${rupiah(member.debt_idr)}).` });
  }
  if (textAt(body, "turn_to") && !numberAt(body, "turn_idr")) flaws.push({ path: "turn_idr", text: "Isi besar giliran." });
  const left = cashAfter(closingOf(ctx));
  if (left < 0) flaws.push({ path: "turn_idr", text: `Uang kas kurang ${rupiah(-left)} untuk giliran ini.` });
  if (!textAt(body, "chair_sign") || !textAt(body, "treasurer_sign")) flaws.push({ path: textAt(body, "chair_sign") ? "treasurer_sign" : "chair_sign", text: "Ketua dan bendahara menandatangani." });
  if (textAt(body, "on") > ctx.today) flaws.push({ path: "on", text: "Tanggal rapat belum tiba." });
  return flaws;
}

function amounts(body: Body, path: string): Body[] {
  return Object.entries(mapAt<number | null>(body, path)).filter(([, value]) => value).map(([member, amount_idr]) => ({ member, amount_idr }));
}

export const meeting: Screen = {
  kind: "meeting",
  version: 1,
  title: "Rapat kelompok",
  which: "Kelompok mana?",
  icon: "people",
  save: "Simpan rapat",
  steps: true,
  targets: (vault) => [...vault.rows<Group>("fund_group")].map(([id, row]) => ({ id, title: row.name, sub: `${members(vault, id).length} anggota` })),
  start: (_vault, _subject, today) => ({ on: today, present: [], savings: {}, payments: {}, turn_to: null, photos: [] }),
  heading: (vault, subject) => ({ title: vault.row<Group>("fund_group", subject)?.name ?? "Kelompok", sub: "" }),
  parts, check,
  payload(ctx) {
    const { body, draft } = ctx;
    const turn = textAt(body, "turn_to");
    return {
      group: draft.subject, on: textAt(body, "on"), present: listAt(body, "present"), savings: amounts(body, "savings"),
      payments: amounts(body, "payments"), turn: turn ? { member: turn, amount_idr: numberAt(body, "turn_idr") } : null,
      counted_idr: numberAt(body, "counted_idr"), note: textAt(body, "note").trim(), photos: listAt(body, "photos"),
      signatures: { ketua: textAt(body, "chair_sign"), bendahara: textAt(body, "treasurer_sign") },
    };
  },
  summary: (body) => `${(body["present"] as unknown[] | undefined)?.length ?? 0} hadir`,
};
