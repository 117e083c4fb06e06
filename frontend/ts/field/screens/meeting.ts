// Rapat kelompok: who is here, who saves, who pays, who gets the turn, and the close read aloud. Whole or not at all.
import { cashAfter, sentences, type Closing } from "../aloud";
import { h } from "../dom";
import { listAt, mapAt, numberAt, put, textAt, type Context, type Field, type Flaw, type Part, type PersonRow, type Screen } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { longDay, rupiah } from "../words";

interface Fund extends Body {
  group: string;
  cash_idr: number;
  share_idr: number;
  usual_turn_idr: number;
  last_meeting_on: string | null;
  unit: string;
}
interface Card extends Body {
  fund: string;
  membership: string;
  debt_idr: number;
  due_idr: number;
  due_on: string | null;
  overdue_idr: number;
  queue: number | null;
}
export interface Seat {
  id: string;
  name: string;
  number: number;
  left: boolean;
  debt: number;
  due: number;
  overdue: number;
  queue: number | null;
}
type Amounts = Record<string, number | null>;

const MOST = 100_000_000;
const CHOSEN = [
  { value: "queue", label: "Menurut antrean" },
  { value: "need", label: "Paling perlu" },
  { value: "draw", label: "Diundi" },
];
const SIGNED = [
  { value: "signature", label: "Tanda tangan" },
  { value: "thumb", label: "Cap jempol" },
];

export function seats(vault: Vault, fund: string, today: string): Seat[] {
  const cards = vault.of<Card>("card", "fund", fund);
  const made = cards.map((card): Seat => {
    const member = vault.row("member", card.membership) ?? {};
    const due = card.overdue_idr > 0 || (card.due_on !== null && card.due_on <= today) ? card.due_idr : 0;
    return {
      id: card.membership, name: textAt(member, "name"), number: Number(member["number"] ?? 0), left: Boolean(member["left_on"]),
      debt: card.debt_idr, due, overdue: card.overdue_idr, queue: card.queue,
    };
  });
  return made.sort((a, b) => a.number - b.number || a.name.localeCompare(b.name, "id"));
}

function fundOf(ctx: Context): Fund | undefined {
  return ctx.vault.row<Fund>("fund", ctx.draft.subject);
}

function rowsOf(list: readonly Seat[], sub: (seat: Seat) => string): PersonRow[] {
  return list.map((seat) => ({ id: seat.id, name: seat.name, sub: sub(seat) }));
}

function sum(amounts: Amounts): [number, number] {
  const paid = Object.values(amounts).filter((value): value is number => Boolean(value));
  return [paid.reduce((total, value) => total + value, 0), paid.length];
}

export function closingOf(ctx: Context): Closing {
  const all = seats(ctx.vault, ctx.draft.subject, ctx.today);
  const payments = mapAt<number | null>(ctx.body, "payments");
  const [savings, savers] = sum(mapAt(ctx.body, "savings"));
  const [paid, payers] = sum(payments);
  const [solidarity] = sum(mapAt(ctx.body, "iks"));
  const turnTo = all.find((seat) => seat.id === textAt(ctx.body, "turn_to"));
  return {
    opening: fundOf(ctx)?.cash_idr ?? 0, savings, savers, paid, payers, solidarity,
    turn: turnTo ? (numberAt(ctx.body, "turn_idr") ?? 0) : 0, turnTo: turnTo?.name ?? "",
    unpaid: all.filter((seat) => seat.due > 0 && !payments[seat.id]).map((seat) => seat.name),
  };
}

function book(closing: Closing): HTMLElement {
  const lines: [string, number][] = [
    ["Kas sebelum rapat", closing.opening], ["Tabungan masuk", closing.savings], ["IKS masuk", closing.solidarity],
    ["Angsuran masuk", closing.paid], ["Giliran keluar", -closing.turn], ["Kas sekarang", cashAfter(closing)],
  ];
  const shown = lines.filter(([words, value]) => value !== 0 || words.startsWith("Kas"));
  return h("table", { class: "f-book" }, h("tbody", {}, shown.map(([words, value]) => h("tr", {}, h("th", { scope: "row" }, words), h("td", {}, rupiah(value))))));
}

function paying(ctx: Context, owing: readonly Seat[], here: ReadonlySet<string>): Field[] {
  if (!owing.length) return [{ type: "note", text: "Tidak ada anggota yang berutang." }];
  const debt = (seat: Seat): string => [`sisa ${rupiah(seat.debt)}`, seat.overdue ? `tunggakan ${rupiah(seat.overdue)}` : ""].filter(Boolean).join(", ");
  const asDue = (): void =>
    ctx.change((body) => {
      for (const seat of owing) if (here.has(seat.id) && seat.due) put(body, `payments.${seat.id}`, Math.min(seat.due, seat.debt));
    });
  const due = owing.filter((seat) => here.has(seat.id) && seat.due > 0).length;
  return [
    ...(due ? [{ type: "act", label: `${due} orang yang hadir membayar sesuai angsuran`, act: asDue } as Field] : []),
    { type: "amounts", path: "payments", label: "Angsuran", unit: "Rp", usual: null, most: MOST, rows: rowsOf(owing, debt) },
  ];
}

function turning(ctx: Context, present: readonly Seat[]): Field[] {
  const able = present.filter((seat) => !seat.overdue && !seat.left).sort((a, b) => (a.queue ?? 999) - (b.queue ?? 999));
  const to = textAt(ctx.body, "turn_to");
  const fields: Field[] = [
    {
      type: "choice", path: "turn_to", label: "Penerima giliran", hint: "Yang menunggak tidak mendapat giliran. Kosongkan bila tidak ada.",
      options: able.map((seat) => ({ value: seat.id, label: seat.queue ? `${seat.queue}. ${seat.name}` : seat.name })),
    },
  ];
  if (!to) return fields;
  fields.push({ type: "number", path: "turn_idr", label: "Besar giliran", unit: "Rp", last: fundOf(ctx)?.usual_turn_idr || null, most: MOST });
  fields.push({ type: "choice", path: "chosen_by", label: "Cara memilih", options: CHOSEN });
  if (textAt(ctx.body, "chosen_by") === "need") fields.push({ type: "text", path: "reason", label: "Mengapa ia didahulukan", most: 200 });
  return fields;
}

function closing(ctx: Context): Field[] {
  const told = closingOf(ctx);
  const counted = numberAt(ctx.body, "counted_idr");
  const off = counted === null ? 0 : counted - cashAfter(told);
  const fields: Field[] = [
    { type: "speak", label: "Bacakan", text: () => sentences(closingOf(ctx)) },
    { type: "node", draw: () => book(closingOf(ctx)) },
    { type: "number", path: "counted_idr", label: "Uang di kotak", hint: "hitung bersama", unit: "Rp", last: cashAfter(told), most: 10 * MOST },
  ];
  if (off) fields.push({ type: "check", path: "difference_agreed", label: `Selisih ${rupiah(off)} sudah dilihat dan disetujui anggota` });
  return fields;
}

function signing(ctx: Context, present: readonly Seat[]): Field[] {
  const fields: Field[] = [];
  for (const seat of present) {
    const how = textAt(ctx.body, `signed.${seat.id}`);
    fields.push({ type: "choice", path: `signed.${seat.id}`, label: seat.name, options: SIGNED });
    if (how === "signature") fields.push({ type: "signature", as: "file", path: `sign_file.${seat.id}`, label: "Tanda tangan", who: seat.name });
    if (how === "thumb") fields.push({ type: "photos", path: `sign_file.${seat.id}`, label: `Foto cap jempol ${seat.name}`, most: 1, single: true });
  }
  return fields;
}

function parts(ctx: Context): Part[] {
  const all = seats(ctx.vault, ctx.draft.subject, ctx.today);
  const here = new Set(listAt(ctx.body, "present"));
  const present = all.filter((seat) => here.has(seat.id));
  const usual = fundOf(ctx)?.share_idr || null;
  const paper: Field[] = [{ type: "check", path: "paper", label: "Diketik dari formulir kertas", hint: "Dua anggota memeriksa isinya." }];
  if (ctx.body["paper"] === true) paper.push({ type: "ticks", path: "confirmed_by", label: "Yang memeriksa", on: "memeriksa", rows: rowsOf(present, () => "") });
  return [
    { key: "hadir", title: "Siapa hadir?", fields: [{ type: "ticks", path: "present", label: "Anggota", on: "hadir", rows: rowsOf(all.filter((seat) => !seat.left), (seat) => (seat.overdue ? `tunggakan ${rupiah(seat.overdue)}` : "")) }] },
    {
      key: "tabungan", title: "Siapa menabung?",
      fields: [
        ...nobody(present),
        { type: "amounts", path: "savings", label: "Tabungan", unit: "Rp", usual, most: MOST, rows: rowsOf(present, () => "") },
      ],
    },
    { key: "iks", title: "Siapa memberi IKS?", fields: [...nobody(present), { type: "amounts", path: "iks", label: "Iuran kesetiakawanan", unit: "Rp", usual: null, most: MOST, rows: rowsOf(present, () => "") }] },
    { key: "angsuran", title: "Siapa membayar?", fields: paying(ctx, all.filter((seat) => seat.debt > 0), here) },
    { key: "giliran", title: "Siapa mendapat giliran?", fields: turning(ctx, present) },
    { key: "tutup", title: "Tutup buku", fields: closing(ctx) },
    { key: "tanda", title: "Tanda tangan", fields: [...signing(ctx, present), ...paper, { type: "text", path: "note", label: "Keputusan rapat", most: 400, long: true }, { type: "date", path: "on", label: "Tanggal rapat" }] },
  ];
}

/** An empty list of amounts says why it is empty. */
function nobody(present: readonly unknown[]): Field[] {
  return present.length ? [] : [{ type: "note", text: "Belum ada yang hadir. Kembali ke langkah 1 dan tandai siapa yang datang." }];
}

function check(ctx: Context): Flaw[] {
  const { body } = ctx;
  const flaws: Flaw[] = [];
  if (!listAt(body, "present").length) flaws.push({ path: "present", text: "Tandai siapa yang hadir." });
  const payments = mapAt<number | null>(body, "payments");
  for (const seat of seats(ctx.vault, ctx.draft.subject, ctx.today)) {
    if ((payments[seat.id] ?? 0) > seat.debt) flaws.push({ path: `payments.${seat.id}`, text: `${seat.name} membayar lebih dari utangnya (${rupiah(seat.debt)}).` });
  }
  const told = closingOf(ctx);
  if (textAt(body, "turn_to") && !told.turn) flaws.push({ path: "turn_idr", text: "Isi besar giliran." });
  if (textAt(body, "chosen_by") === "need" && textAt(body, "turn_to") && !textAt(body, "reason").trim()) flaws.push({ path: "reason", text: "Tulis mengapa ia didahulukan." });
  const left = cashAfter(told);
  if (left < 0) flaws.push({ path: "turn_idr", text: `Uang kas kurang ${rupiah(-left)} untuk giliran ini.` });
  const counted = numberAt(body, "counted_idr");
  if (counted !== null && counted !== left && body["difference_agreed"] !== true) flaws.push({ path: "difference_agreed", text: `Uang di kotak berbeda ${rupiah(counted - left)} dari buku. Hitung lagi, atau setujui bersama.` });
  if (textAt(body, "on") > ctx.today) flaws.push({ path: "on", text: "Tanggal rapat belum tiba." });
  return flaws;
}

function lines(ctx: Context): Body[] {
  const { body } = ctx;
  const here = new Set(listAt(body, "present"));
  const [savings, payments, iks] = ["savings", "payments", "iks"].map((path) => mapAt<number | null>(body, path)) as [Amounts, Amounts, Amounts];
  return seats(ctx.vault, ctx.draft.subject, ctx.today)
    .filter((seat) => !seat.left || payments[seat.id])
    .map((seat) => {
      const file = textAt(body, `sign_file.${seat.id}`);
      return {
        membership: seat.id, presence: here.has(seat.id) ? "present" : "absent", saving_idr: savings[seat.id] ?? 0,
        instalment_idr: payments[seat.id] ?? 0, iks_idr: iks[seat.id] ?? 0,
        signed: file ? textAt(body, `signed.${seat.id}`) : "", file: file || null,
      };
    });
}

function payload(ctx: Context): Body {
  const { body, draft } = ctx;
  const to = textAt(body, "turn_to");
  const turn = { membership: to, amount_idr: numberAt(body, "turn_idr"), chosen_by: textAt(body, "chosen_by") || "queue", reason: textAt(body, "reason").trim() };
  return {
    fund: draft.subject, held_on: textAt(body, "on"), note: textAt(body, "note").trim(), counted_idr: numberAt(body, "counted_idr"),
    difference_agreed: body["difference_agreed"] === true, paper: body["paper"] === true,
    confirmed_by: body["paper"] === true ? listAt(body, "confirmed_by") : [], lines: lines(ctx), turns: to ? [turn] : [],
  };
}

export const meeting: Screen = {
  kind: "meeting",
  permission: "fund.record",
  version: 1,
  title: "Rapat kelompok",
  which: "Kelompok mana?",
  icon: "people",
  save: "Simpan rapat",
  steps: true,
  targets: (vault) =>
    [...vault.rows<Fund>("fund")]
      .filter(([, row]) => !row.unit || row.unit === "IDR")
      .map(([id, row]) => ({ id, title: textAt(vault.row("group", row.group) ?? {}, "name"), sub: row.last_meeting_on ? `rapat terakhir ${longDay(row.last_meeting_on)}` : "belum ada rapat tercatat" })),
  start: (_vault, _subject, today) => ({ on: today, present: [], savings: {}, payments: {}, iks: {}, turn_to: null, chosen_by: "queue", signed: {}, sign_file: {} }),
  heading(vault, subject) {
    const row = vault.row<Fund>("fund", subject);
    const group = row ? (vault.row("group", row.group) ?? {}) : {};
    return { title: textAt(group, "name") || "Kelompok", sub: textAt(group, "place") };
  },
  parts, check, payload,
  summary: (body) => `${((body["lines"] as Body[] | undefined) ?? []).filter((line) => line["presence"] === "present").length} hadir`,
};
