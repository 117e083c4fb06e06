// Kunjungan: the last values shown, only what changed typed, one advice that the next visit checks.
import { at, listAt, mapAt, numberAt, put, textAt, type Context, type Field, type Flaw, type Part, type Screen } from "../screen";
import { kindOf } from "../tongue";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { rupiah, shortDay } from "../words";
import { businessFacts, contacts } from "./business";
import { answered, instrumentFor, instrumentPart } from "./instrument";

export interface Business extends Body {
  name: string;
  kind_name: string;
  kind_en?: string;
  owner: string;
  group: string | null;
  area_name: string;
  risk: number;
  due_on: string;
  members: number | null;
}
interface Last extends Body {
  on: string;
  advice: string;
  next_step: string;
}
interface Asset extends Body {
  business: string;
  name: string;
  tag: string;
  state: string;
}

const MONEY = 10_000_000_000;
const FIGURES = [
  { path: "production_days", label: "Hari produksi", hint: "dalam 30 hari", unit: "hari", most: 31 },
  { path: "turnover_idr", label: "Omzet", hint: "dalam 30 hari", unit: "Rp", most: MONEY },
  { path: "cost_idr", label: "Biaya", hint: "dalam 30 hari", unit: "Rp", most: MONEY },
  { path: "stock_idr", label: "Nilai persediaan", hint: "hari ini", unit: "Rp", most: MONEY },
  { path: "workers", label: "Tenaga kerja", hint: "", unit: "orang", most: 200 },
  { path: "active_members", label: "Anggota aktif", hint: "", unit: "orang", most: 200 },
] as const;
const PROBLEMS = ["Modal kurang", "Bahan baku mahal", "Pembeli sepi", "Alat rusak", "Sakit", "Cuaca", "Utang"];
const ADVICE = ["Catat uang masuk dan keluar", "Pisahkan uang usaha", "Cari pembeli baru", "Jaga mutu barang", "Sisihkan tabungan", "Urus izin usaha"];
const CHECKS = [
  { value: "done", label: "Sudah" },
  { value: "partly", label: "Sebagian" },
  { value: "not_done", label: "Belum" },
];
const METHODS = [
  { value: "asked", label: "Ditanya" },
  { value: "seen", label: "Dilihat" },
  { value: "document", label: "Dari catatan" },
];
const STATES = [
  { value: "used", label: "Dipakai" },
  { value: "unused", label: "Tidak dipakai" },
  { value: "broken", label: "Rusak" },
  { value: "lost", label: "Hilang" },
  { value: "sold", label: "Dijual" },
];

/** The visit before: what this phone recorded after the last fetch counts as well. */
export function lastVisit(vault: Vault, business: string): Last | null {
  const told = vault.row<Last>("last_visit", business);
  const own = vault.about("visit", business).find((record) => record.state !== "wrong");
  if (!own || (told && told.on >= textAt(own.body, "on"))) return told ?? null;
  return own.body as Last;
}

/** Whether the families' last mentor left a word that no visit has answered yet. */
export function freshNote(vault: Vault, business: string): Body | null {
  const note = vault.of("handover_note", "business", business).sort((a, b) => (textAt(a, "on") < textAt(b, "on") ? 1 : -1))[0];
  const last = lastVisit(vault, business);
  return note && (!last || last.on <= textAt(note, "on").slice(0, 10)) ? note : null;
}

function figures(ctx: Context, last: Last | null): Field[] {
  const group = Boolean(ctx.vault.row<Business>("business", ctx.draft.subject)?.group);
  return FIGURES.filter((figure) => group || figure.path !== "active_members").map((figure) => {
    const before = last ? numberAt(last, figure.path) : null;
    return { type: "number", path: figure.path, label: figure.label, unit: figure.unit, last: before, most: figure.most };
  });
}

function sameAsLast(ctx: Context, last: Last, fields: readonly Field[]): Field {
  const { body } = ctx;
  const numbers = fields.filter((field) => field.type === "number");
  const typed = numbers.some((field) => numberAt(body, field.path) !== null);
  const whole = body["_same"] === true;
  const act = (): void =>
    ctx.change((now) => {
      if (whole) {
        now["_same"] = false;
        for (const field of numbers) now[field.path] = null;
        return;
      }
      // Everything the same is one claim, counted as such; "the rest" is figures like any others.
      now["_same"] = !typed;
      for (const field of numbers) if (numberAt(now, field.path) === null) now[field.path] = field.last;
    });
  const label = whole ? "Semua sama (batalkan)" : typed ? "Sisanya sama" : `Semua sama seperti ${shortDay(last.on)}`;
  return { type: "act", label, on: whole, act, hint: whole ? "Ditandai “sama seperti bulan lalu” di laporan." : undefined };
}

function assetFields(ctx: Context): Field[] {
  const fields: Field[] = [];
  for (const asset of ctx.vault.of<Asset>("asset", "business", ctx.draft.subject)) {
    fields.push({ type: "choice", path: `_assets.${asset.id}`, label: asset.name, hint: asset.tag, options: STATES });
    if (at(ctx.body, `_assets.${asset.id}`)) fields.push({ type: "photos", path: `_asset_photos.${asset.id}`, label: `Foto ${asset.name}`, most: 1, single: true });
  }
  return fields;
}

function assetsSeen(body: Body): Body[] {
  const photos = mapAt<string | null>(body, "_asset_photos");
  return Object.entries(mapAt<string | null>(body, "_assets"))
    .filter(([, state]) => state)
    .map(([asset, state]) => ({ asset, state, ...(photos[asset] ? { photo: photos[asset] } : {}) }));
}

function parts(ctx: Context): Part[] {
  const { vault, draft, body } = ctx;
  const last = lastVisit(vault, draft.subject);
  const numbers = figures(ctx, last);
  const all: Part[] = [{ key: "siapa", fields: [{ type: "node", draw: () => contacts(vault, draft.subject) }] }];
  const note = freshNote(vault, draft.subject);
  if (note) all[0]?.fields.push({ type: "note", text: `Titipan dari ${textAt(note, "from")}: ${textAt(note, "note")}` });
  if (last?.advice) {
    const next = last.next_step ? ` Langkahnya: ${last.next_step}.` : "";
    all.push({
      key: "saran-lalu", title: "Saran yang lalu",
      fields: [{ type: "choice", path: "advice_check", label: `“${last.advice}”${next} Sudah dikerjakan?`, options: CHECKS }],
    });
  }
  all.push({ key: "angka", title: "Keadaan usaha", fields: last ? [...numbers, sameAsLast(ctx, last, numbers)] : numbers });
  all.push({
    key: "saran", title: "Saran hari ini",
    fields: [
      { type: "text", path: "advice", label: "Satu saran", chips: ADVICE, most: 200 },
      ...(textAt(body, "advice") ? [{ type: "text", path: "next_step", label: "Langkah berikut, diperiksa kunjungan depan", most: 200 } as Field] : []),
    ],
  });
  all.push({ key: "kendala", fold: textAt(body, "problem") ? `Kendala: ${textAt(body, "problem")}` : "Ada kendala?", fields: [{ type: "text", path: "problem", label: "Kendala utama", chips: PROBLEMS, most: 200 }] });
  const assets = assetFields(ctx);
  if (assets.length) all.push({ key: "aset", fold: `Periksa barang bantuan (${assetsSeen(body).length} dari ${vault.of("asset", "business", draft.subject).length})`, fields: assets });
  all.push({ key: "foto", fields: [{ type: "photos", path: "photos", label: "Ambil foto usaha", most: 6 }] });
  const instrument = instrumentFor(vault, draft.subject);
  if (instrument) all.push(instrumentPart(instrument, body));
  all.push({
    key: "lain", fold: "Catatan, suara, tanggal, dan cara tahu",
    fields: [
      { type: "text", path: "note", label: "Catatan", most: 2000, long: true },
      { type: "voice", path: "voice", label: "Catatan suara", hint: "Paling lama satu menit." },
      { type: "choice", path: "method", label: "Angka di atas", options: METHODS },
      { type: "date", path: "on", label: "Tanggal kunjungan" },
      { type: "node", draw: () => businessFacts(vault, draft.subject) },
    ],
  });
  all.push({ key: "posisi", fields: [{ type: "position" }] });
  return all;
}

function check(ctx: Context): Flaw[] {
  const { body, today } = ctx;
  const flaws: Flaw[] = [];
  if (textAt(body, "on") > today) flaws.push({ path: "on", text: "Tanggal kunjungan belum tiba." });
  const said = FIGURES.some((figure) => numberAt(body, figure.path) !== null);
  const other = ["problem", "advice", "note", "voice"].some((name) => textAt(body, name)) || listAt(body, "photos").length || assetsSeen(body).length;
  if (!said && !other) flaws.push({ path: "turnover_idr", text: "Isi paling sedikit satu angka, saran, foto, atau catatan." });
  return flaws;
}

function payload(ctx: Context): Body {
  const { body, vault, draft } = ctx;
  const instrument = instrumentFor(vault, draft.subject);
  const answers = instrument ? answered(instrument, body) : null;
  const sent: Body = {
    enterprise: draft.subject, on: textAt(body, "on"), method: textAt(body, "method") || "asked", same_as_last: body["_same"] === true,
  };
  for (const figure of FIGURES) sent[figure.path] = numberAt(body, figure.path);
  for (const name of ["problem", "advice", "next_step", "note"]) sent[name] = textAt(body, name).trim();
  const before = lastVisit(vault, draft.subject)?.advice;
  if (before) sent["advice_check"] = textAt(body, "advice_check") || "not_checked";
  if (body["position"]) sent["position"] = body["position"];
  else sent["position_missing"] = textAt(body, "position_missing") || "timeout";
  sent["assets"] = assetsSeen(body);
  sent["photos"] = listAt(body, "photos");
  if (textAt(body, "voice")) sent["voice"] = textAt(body, "voice");
  if (answers) sent["answers"] = answers;
  return sent;
}

export const visit: Screen = {
  kind: "visit",
  permission: "visit.record",
  version: 1,
  title: "Kunjungan",
  which: "Usaha mana yang dikunjungi?",
  icon: "house",
  save: "Simpan kunjungan",
  targets: (vault) =>
    [...vault.rows<Business>("business")].map(([id, row]) => ({ id, title: row.name, sub: [row.owner === row.name ? kindOf(row) : row.owner, row.area_name].filter(Boolean).join(" · ") })),
  start(_vault, _subject, today) {
    const body: Body = { on: today, method: "asked", position: null, photos: [], _same: false };
    for (const figure of FIGURES) put(body, figure.path, null);
    return body;
  },
  heading(vault, subject) {
    const row = vault.row<Business>("business", subject);
    return { title: row?.name ?? "Usaha", sub: [kindOf(row), row?.area_name].filter(Boolean).join(" · ") };
  },
  parts,
  check,
  payload,
  summary(body) {
    const turnover = numberAt(body, "turnover_idr");
    return turnover === null ? "Kunjungan tercatat" : `Omzet ${rupiah(turnover)}`;
  },
};
