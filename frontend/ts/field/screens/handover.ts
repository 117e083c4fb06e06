// Penyaluran: what one family receives, seen, counted and signed by both parties and a witness.
import { at, listAt, numberAt, textAt, type Context, type Field, type Flaw, type Part, type Screen } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { dots, rupiah } from "../words";

interface Recipient extends Body {
  name: string;
  card: string;
  area_name: string;
  decree: string;
  state: string;
}
interface Line extends Body {
  recipient: string;
  name: string;
  spec: string;
  quantity: number;
  unit: string;
  value_idr: number;
}

const CONDITIONS = [
  { value: "good", label: "Baik" },
  { value: "damaged", label: "Rusak" },
  { value: "short", label: "Kurang" },
];
const WHO = [
  { value: "self", label: "Penerima sendiri" },
  { value: "proxy", label: "Diwakili" },
  { value: "absent", label: "Tidak datang" },
];
const RELATIONS = [
  { value: "same_kk", label: "Satu KK" },
  { value: "heir", label: "Ahli waris" },
];
const REASONS = [
  { value: "ill", label: "Sakit" },
  { value: "away", label: "Bepergian" },
  { value: "dead", label: "Meninggal" },
];
const SIGNS = [
  { value: "drawn", label: "Tanda tangan" },
  { value: "thumb", label: "Cap jempol" },
];

function lines(vault: Vault, recipient: string): (Line & { id: string })[] {
  return vault.of<Line>("handover_line", "recipient", recipient);
}

function signing(ctx: Context, path: string, label: string, who: string): Field[] {
  const how = textAt(ctx.body, `${path}.how`) || "drawn";
  const fields: Field[] = [{ type: "choice", path: `${path}.how`, label, options: SIGNS }];
  if (how === "thumb") fields.push({ type: "photos", path: `${path}.file`, label: `Foto cap jempol ${who}`, most: 1, single: true, hint: "Saksi melihat dan ikut menandatangani." });
  else fields.push({ type: "signature", path: `${path}.file`, label: "Tanda tangan", who });
  return fields;
}

function goods(ctx: Context): Field[] {
  return lines(ctx.vault, ctx.draft.subject).flatMap((line): Field[] => [
    {
      type: "choice", path: `lines.${line.id}.condition`, label: `${line.name}, ${dots(line.quantity)} ${line.unit}`,
      hint: [line.spec, rupiah(line.value_idr)].filter(Boolean).join(" · "), options: CONDITIONS,
    },
    ...(at(ctx.body, `lines.${line.id}.condition`) === "short"
      ? [{ type: "number", path: `lines.${line.id}.quantity`, label: "Yang diterima", unit: line.unit, last: null, most: Math.max(0, line.quantity) } as Field]
      : []),
  ]);
}

function parts(ctx: Context): Part[] {
  const { vault, draft, body } = ctx;
  const name = vault.row<Recipient>("recipient", draft.subject)?.name ?? "penerima";
  const who = textAt(body, "who") || "self";
  const present: Part = { key: "siapa", title: "Siapa menerima", fields: [{ type: "choice", path: "who", label: name, options: WHO }] };
  if (who === "absent") {
    present.fields.push({ type: "note", text: "Barang kembali ke gudang. Kantor menjadwalkan lagi." }, { type: "text", path: "note", label: "Mengapa", most: 500, long: true });
    return [present];
  }
  if (who === "proxy") {
    present.fields.push(
      { type: "text", path: "proxy.name", label: "Nama wakil", most: 120 },
      { type: "choice", path: "proxy.relation", label: "Hubungan", options: RELATIONS },
      { type: "choice", path: "proxy.reason", label: "Mengapa diwakili", options: REASONS },
      { type: "photos", path: "proxy.photo", label: "Foto wakil dengan KTP", most: 1, single: true },
      { type: "note", text: "Kantor memeriksa wakil ini sekali lagi." },
    );
  }
  const all = lines(vault, draft.subject);
  const everything = (): void =>
    ctx.change((now) => {
      now["lines"] = Object.fromEntries(all.map((line) => [line.id, { condition: "good" }]));
    });
  return [
    present,
    { key: "barang", title: "Barang", fields: [...(all.length > 1 ? [{ type: "act", label: "Semua lengkap dan baik", icon: "check", act: everything } as Field] : []), ...goods(ctx)] },
    { key: "foto", title: "Foto serah terima", fields: [{ type: "photos", path: "photos", label: "Foto penerima dengan barang", most: 3 }, { type: "position" }] },
    {
      key: "tanda", title: "Tanda tangan",
      fields: [
        ...signing(ctx, "receiver", "Yang menerima", who === "proxy" ? textAt(body, "proxy.name") || "wakil" : name),
        { type: "signature", path: "giver", label: "Yang menyerahkan", who: vault.person.name },
        { type: "text", path: "witness_name", label: "Nama saksi", most: 120 },
        { type: "signature", path: "witness", label: "Saksi", who: textAt(body, "witness_name") || "saksi" },
      ],
    },
    { key: "catatan", fold: "Catatan dan tanggal", fields: [{ type: "text", path: "note", label: "Catatan", most: 500, long: true }, { type: "date", path: "on", label: "Tanggal" }] },
  ];
}

function check(ctx: Context): Flaw[] {
  const { body, vault, draft } = ctx;
  const who = textAt(body, "who") || "self";
  const flaws: Flaw[] = [];
  if (who === "absent") return textAt(body, "note").trim() ? [] : [{ path: "note", text: "Tulis mengapa penerima tidak datang." }];
  for (const line of lines(vault, draft.subject)) {
    if (!at(body, `lines.${line.id}.condition`)) flaws.push({ path: `lines.${line.id}.condition`, text: `Periksa ${line.name}.` });
    else if (at(body, `lines.${line.id}.condition`) === "short" && numberAt(body, `lines.${line.id}.quantity`) === null) {
      flaws.push({ path: `lines.${line.id}.quantity`, text: `Berapa ${line.name} yang diterima?` });
    }
  }
  if (who === "proxy") {
    if (!textAt(body, "proxy.name").trim()) flaws.push({ path: "proxy.name", text: "Tulis nama wakil." });
    if (!textAt(body, "proxy.relation")) flaws.push({ path: "proxy.relation", text: "Pilih hubungan wakil." });
    if (!textAt(body, "proxy.reason")) flaws.push({ path: "proxy.reason", text: "Pilih mengapa diwakili." });
    if (!textAt(body, "proxy.photo")) flaws.push({ path: "proxy.photo", text: "Ambil foto wakil." });
  }
  if (!listAt(body, "photos").length) flaws.push({ path: "photos", text: "Ambil foto penerima dengan barang." });
  if (!textAt(body, "receiver.file")) flaws.push({ path: "receiver.file", text: "Minta tanda tangan atau cap jempol penerima." });
  if (!textAt(body, "giver")) flaws.push({ path: "giver", text: "Bubuhkan tanda tangan yang menyerahkan." });
  if (!textAt(body, "witness_name").trim()) flaws.push({ path: "witness_name", text: "Tulis nama saksi." });
  if (!textAt(body, "witness")) flaws.push({ path: "witness", text: "Minta tanda tangan saksi." });
  return flaws;
}

function payload(ctx: Context): Body {
  const { body, vault, draft } = ctx;
  const who = textAt(body, "who") || "self";
  const sent: Body = { recipient: draft.subject, on: textAt(body, "on"), who, note: textAt(body, "note").trim() };
  if (body["position"]) sent["position"] = body["position"];
  else sent["position_missing"] = textAt(body, "position_missing") || "timeout";
  if (who === "absent") return sent;
  sent["lines"] = lines(vault, draft.subject).map((line) => {
    const condition = textAt(body, `lines.${line.id}.condition`);
    return { line: line.id, condition, quantity: condition === "short" ? numberAt(body, `lines.${line.id}.quantity`) : line.quantity };
  });
  sent["photos"] = listAt(body, "photos");
  sent["receiver"] = { how: textAt(body, "receiver.how") || "drawn", file: textAt(body, "receiver.file") };
  sent["giver"] = textAt(body, "giver");
  sent["witness"] = { name: textAt(body, "witness_name").trim(), file: textAt(body, "witness") };
  if (who === "proxy") sent["proxy"] = at(body, "proxy");
  return sent;
}

export const handover: Screen = {
  kind: "handover",
  version: 1,
  title: "Penyaluran barang",
  which: "Siapa yang menerima?",
  icon: "goods",
  save: "Simpan serah terima",
  targets: (vault) =>
    [...vault.rows<Recipient>("recipient")]
      .filter(([id, row]) => row.state !== "done" && !vault.about("handover", id).some((record) => record.state !== "wrong"))
      .map(([id, row]) => ({ id, title: row.name, sub: [row.card, row.area_name].filter(Boolean).join(" · ") })),
  start: (_vault, _subject, today) => ({ on: today, who: "self", position: null, photos: [], lines: {}, receiver: { how: "drawn" } }),
  heading(vault, subject) {
    const row = vault.row<Recipient>("recipient", subject);
    return { title: row?.name ?? "Penerima", sub: [row?.decree, row?.area_name].filter(Boolean).join(" · ") };
  },
  parts, check, payload,
  summary: (body) => (body["who"] === "absent" ? "Tidak datang" : `${(body["lines"] as unknown[] | undefined)?.length ?? 0} barang diterima`),
};
