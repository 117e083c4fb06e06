// Penyaluran: what one family receives on the day of handover, counted, photographed and signed.
import { at, listAt, numberAt, textAt, type Context, type Field, type Flaw, type Part, type Queue, type Screen, type Target } from "../screen";
import type { Body, Position } from "../types";
import type { Vault } from "../vault";
import { dots, longDay, nearby, rupiah, weekday } from "../words";

interface Day extends Body {
  place: string;
  on: string;
  title: string;
  store_name: string;
  giver: { name: string; position: string };
}
interface Slot extends Body {
  day: string;
  number: number;
  card: string;
  line: number;
  name: string;
  village: string;
  barred: string;
  served: boolean;
  proxies: { id: string; name: string; why: string }[];
}
interface Item extends Body {
  slot: string;
  number: number;
  name: string;
  specification: string;
  unit: string;
  due: number;
  unit_value_idr: number;
  tagged: boolean;
}

const CONDITIONS = [
  { value: "good", label: "Baik" },
  { value: "damaged", label: "Rusak" },
  { value: "short", label: "Kurang" },
];
const MANNERS = [
  { value: "desk", label: "Di tempat penyaluran" },
  { value: "home", label: "Diantar ke rumah" },
];
const PROOFS = [
  { value: "signature", label: "Tanda tangan" },
  { value: "thumb", label: "Cap jempol" },
  { value: "paper", label: "Di kertas" },
];

const LISTS: Record<string, string> = {
  civil_servant: "pegawai negeri", army_police: "TNI atau Polri", pensioner: "pensiunan", deceased: "tercatat meninggal",
  mentor: "pendamping", graduated: "sudah lulus program",
};

function items(vault: Vault, slot: string): Item[] {
  return vault.of<Item>("handover_item", "slot", slot).filter((item) => item.due > 0).sort((a, b) => a.number - b.number);
}

function slotOf(ctx: Context): Slot | undefined {
  return ctx.vault.row<Slot>("handover_slot", ctx.draft.subject);
}

function serial(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

function taken(body: Body, item: Item): number {
  if (textAt(body, `state.${item.number}`) !== "short") return item.due;
  return numberAt(body, `quantity.${item.number}`) ?? 0;
}

function goods(ctx: Context): Field[] {
  const fields: Field[] = [];
  for (const item of items(ctx.vault, ctx.draft.subject)) {
    const state = textAt(ctx.body, `state.${item.number}`);
    const worth = `${rupiah(item.unit_value_idr)} per ${item.unit}`;
    fields.push({ type: "choice", path: `state.${item.number}`, label: `${item.name}, ${dots(item.due)} ${item.unit}`, hint: [item.specification, worth].filter(Boolean).join(" · "), options: CONDITIONS });
    if (state === "short") fields.push({ type: "number", path: `quantity.${item.number}`, label: "Yang diterima", hint: `dari ${dots(item.due)}`, unit: item.unit, last: null, most: item.due });
    if (item.tagged && state) fields.push({ type: "text", path: `tags.${item.number}`, label: `Nomor barang ${item.name}`, hint: "Seperti tertempel di barang; beberapa dipisah koma.", most: 600 });
  }
  return fields;
}

function receiving(slot: Slot | undefined): Part {
  const proxies = slot?.proxies ?? [];
  const name = slot?.name ?? "";
  const options = [{ value: "self", label: name }, ...proxies.map((proxy) => ({ value: proxy.id, label: `${proxy.name} (${proxy.why})` }))];
  const fields: Field[] = [{ type: "choice", path: "who", label: "Yang menerima", options }];
  if (!proxies.length) fields.push({ type: "note", text: "Diwakili? Kantor menyetujui wakil dahulu. Tanpa wakil, barang kembali ke gudang." });
  fields.push({ type: "choice", path: "manner", label: "Cara", options: MANNERS });
  return { key: "siapa", title: "Siapa menerima", fields };
}

function signing(ctx: Context, slot: Slot | undefined, day: Day | undefined): Part {
  const kind = textAt(ctx.body, "proof");
  const fields: Field[] = [{ type: "choice", path: "proof", label: "Bukti terima", options: PROOFS }];
  if (kind === "signature") fields.push({ type: "signature", as: "strokes", path: "strokes", label: "Yang menerima", who: receiverName(ctx.body, slot) });
  if (kind === "thumb") fields.push({ type: "photos", path: "thumb", label: "Foto cap jempol", most: 1, single: true, file: "thumb" });
  if (kind === "paper") fields.push({ type: "photos", path: "scan", label: "Foto berita acara bertanda tangan", most: 1, single: true, file: "scan" });
  if (kind !== "paper") {
    fields.push(
      { type: "signature", as: "strokes", path: "giver", label: "Yang menyerahkan", who: day?.giver.name || ctx.vault.person.name },
      { type: "text", path: "witness", label: "Nama saksi", most: 120, hint: kind === "thumb" ? "Cap jempol memerlukan saksi." : undefined },
      { type: "signature", as: "strokes", path: "witness_strokes", label: "Saksi", who: textAt(ctx.body, "witness") || "saksi" },
    );
  }
  return { key: "tanda", title: "Tanda terima", fields };
}

function receiverName(body: Body, slot: Slot | undefined): string {
  const who = textAt(body, "who");
  return slot?.proxies.find((proxy) => proxy.id === who)?.name ?? slot?.name ?? "";
}

function parts(ctx: Context): Part[] {
  const slot = slotOf(ctx);
  const day = slot ? ctx.vault.row<Day>("handover_day", slot.day) : undefined;
  if (slot?.barred) return [{ key: "tahan", fields: [{ type: "note", tone: "warn", text: `Jangan serahkan: ${LISTS[slot.barred.split(":")[0] ?? ""] ?? slot.barred}. Simpan barangnya; kantor memeriksa.` }] }];
  const all = items(ctx.vault, ctx.draft.subject);
  const everything = (): void =>
    ctx.change((body) => {
      body["state"] = Object.fromEntries(all.map((item) => [String(item.number), "good"]));
    });
  return [
    receiving(slot),
    { key: "barang", title: "Barang", fields: [...(all.length > 1 ? [{ type: "act", label: "Semua lengkap dan baik", icon: "check", act: everything } as Field] : []), ...goods(ctx)] },
    { key: "foto", title: "Foto serah terima", fields: [{ type: "photos", path: "photo", label: "Foto penerima dengan barang", most: 1, single: true, file: "photo" }, { type: "position" }] },
    signing(ctx, slot, day),
    { key: "lain", fold: "Catatan dan tanggal", fields: [{ type: "text", path: "note", label: "Catatan", most: 2000, long: true }, { type: "date", path: "on", label: "Tanggal" }] },
  ];
}

function check(ctx: Context): Flaw[] {
  const { body, vault, draft } = ctx;
  const slot = slotOf(ctx);
  if (slot?.barred) return [{ path: "who", text: "Barang ini tidak boleh diserahkan. Kantor memeriksa dahulu." }];
  const flaws: Flaw[] = [];
  for (const item of items(vault, draft.subject)) {
    const state = textAt(body, `state.${item.number}`);
    if (!state) flaws.push({ path: `state.${item.number}`, text: `Periksa ${item.name}.` });
    else if (state === "short" && numberAt(body, `quantity.${item.number}`) === null) flaws.push({ path: `quantity.${item.number}`, text: `Berapa ${item.name} yang diterima?` });
    else if (item.tagged && serial(textAt(body, `tags.${item.number}`)).length !== taken(body, item)) {
      flaws.push({ path: `tags.${item.number}`, text: `Tulis ${taken(body, item)} nomor ${item.name}.` });
    }
  }
  const proof = textAt(body, "proof");
  if (!textAt(body, "photo")) flaws.push({ path: "photo", text: "Ambil foto penerima dengan barang." });
  if (proof === "signature" && !listAt(body, "strokes").length) flaws.push({ path: "strokes", text: "Minta tanda tangan penerima." });
  if (proof === "thumb" && !textAt(body, "thumb")) flaws.push({ path: "thumb", text: "Ambil foto cap jempol." });
  if (proof === "paper" && !textAt(body, "scan")) flaws.push({ path: "scan", text: "Ambil foto berita acara." });
  if (proof !== "paper" && !listAt(body, "giver").length) flaws.push({ path: "giver", text: "Bubuhkan tanda tangan yang menyerahkan." });
  if (proof === "thumb" && !textAt(body, "witness").trim()) flaws.push({ path: "witness", text: "Tulis nama saksi." });
  if (textAt(body, "on") > ctx.today) flaws.push({ path: "on", text: "Tanggal belum tiba." });
  return flaws;
}

function payload(ctx: Context): Body {
  const { body, vault, draft } = ctx;
  const slot = slotOf(ctx);
  const all = items(vault, draft.subject);
  const who = textAt(body, "who");
  const proxy = who !== "self" ? who : "";
  const state = (item: Item): string => textAt(body, `state.${item.number}`);
  const position = body["position"] as Position | null;
  const odd = all.filter((item) => state(item) !== "good");
  return {
    day: slot?.day, slot: draft.subject, on: textAt(body, "on"), received_by: receiverName(body, slot).slice(0, 120),
    receiver: proxy ? "proxy" : "self", ...(proxy ? { proxy } : {}), manner: textAt(body, "manner"),
    condition: odd[0] ? state(odd[0]) : "good",
    exceptions: Object.fromEntries(odd.map((item) => [item.number, state(item)])),
    items: Object.fromEntries(all.filter((item) => taken(body, item) > 0).map((item) => [item.number, taken(body, item)])),
    tags: Object.fromEntries(all.filter((item) => item.tagged).map((item) => [item.number, serial(textAt(body, `tags.${item.number}`))])),
    note: textAt(body, "note").trim(),
    proof: {
      kind: textAt(body, "proof"), strokes: at(body, "strokes") ?? [], giver: at(body, "giver") ?? [],
      witness: textAt(body, "witness").trim(), witness_strokes: at(body, "witness_strokes") ?? [],
    },
    ...(position ? { position: { lat: position.lat, lon: position.lon } } : {}),
  };
}

function served(vault: Vault, id: string, row: Slot): boolean {
  return row.served || vault.about("handover", id).some((record) => record.state !== "wrong");
}

function waiting(vault: Vault): (Target & { day: string })[] {
  return [...vault.rows<Slot>("handover_slot")]
    .filter(([id, row]) => !served(vault, id, row))
    .map(([id, row]) => ({ id, day: row.day, title: row.name, sub: [`antrean ${row.number}`, nearby(row.village)].filter(Boolean).join(" · "), code: row.card, order: row.number }));
}

function queues(vault: Vault): Queue[] {
  return [...vault.rows<Day>("handover_day")].map(([id, row]) => {
    const slots = [...vault.rows<Slot>("handover_slot")].filter(([, slot]) => slot.day === id);
    const done = slots.filter(([key, slot]) => served(vault, key, slot)).length;
    const left = waiting(vault).filter((item) => item.day === id).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
    return { title: row.place, sub: `${weekday(row.on)}, ${longDay(row.on)}`, done, total: slots.length, words: `dari ${slots.length} keluarga sudah menerima`, left };
  });
}

export const handover: Screen = {
  kind: "handover",
  permission: "handover.record",
  version: 1,
  title: "Penyaluran barang",
  which: "Siapa yang menerima?",
  icon: "goods",
  save: "Simpan serah terima",
  targets: waiting,
  queues,
  start: (vault, subject, today) => {
    const slot = vault.row<Slot>("handover_slot", subject);
    const day = slot ? vault.row<Day>("handover_day", slot.day) : undefined;
    const on = day && day.on < today ? day.on : today;
    return { on, who: "self", manner: "desk", proof: "signature", position: null, state: {}, quantity: {}, tags: {} };
  },
  heading(vault, subject) {
    const row = vault.row<Slot>("handover_slot", subject);
    return { title: row?.name ?? "Penerima", sub: row ? `antrean ${row.number} · baris SK ${row.line} · ${nearby(row.village)}` : "" };
  },
  parts, check, payload,
  summary: (body) => `${Object.keys((body["items"] as Body | undefined) ?? {}).length} barang diterima`,
};
