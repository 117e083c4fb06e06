// Verifikasi rumah: is this the family, what does the house tell, what does she say herself.
import { listAt, textAt, type Context, type Field, type Flaw, type Queue, type Screen, type Target } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { nearby, shortDay } from "../words";

interface Visit extends Body {
  name: string;
  person: string;
  address: string;
  area_name: string;
  due_on: string;
}

const RESULTS = [
  { value: "confirmed", label: "Benar, layak" },
  { value: "not_poor", label: "Tidak miskin" },
  { value: "not_found", label: "Tidak ditemukan" },
  { value: "moved", label: "Pindah" },
  { value: "died", label: "Meninggal" },
];

const CONSENTS = [
  { value: "signature", label: "Tanda tangan" },
  { value: "thumbprint", label: "Cap jempol" },
  { value: "spoken", label: "Lisan di depan saksi" },
];

const LANGUAGES = ["Indonesia", "Jawa", "Madura", "Sunda", "Betawi", "Melayu", "Tetun", "Dawan"];

function fields(ctx: Context): Field[] {
  const row = ctx.vault.row<Visit>("verification", ctx.draft.subject);
  const met = ["confirmed", "not_poor"].includes(textAt(ctx.body, "result"));
  const all: Field[] = [
    { type: "note", text: row?.address ?? "" },
    { type: "choice", path: "result", label: "Hasil kunjungan rumah", options: RESULTS },
  ];
  if (met && row?.person) all.push({ type: "nik", path: "nik_sealed", person: row.person, label: "NIK pada KTP" });
  if (met) all.push({ type: "text", path: "words", label: "Kata keluarga", hint: "Tulis dengan kata-kata keluarga sendiri.", most: 2000, long: true });
  all.push({ type: "photos", path: "photos", label: met ? "Foto rumah" : "Foto tempat", most: 4 }, { type: "position" });
  const consent = met && ctx.body["consent"] === true;
  if (met) all.push({ type: "check", path: "consent", label: "Persetujuan sudah dibacakan dan diberikan", hint: "Bacakan dalam bahasanya; tinggalkan salinan." });
  if (consent) {
    all.push({ type: "choice", path: "consent_method", label: "Persetujuan diberikan dengan", options: CONSENTS });
    all.push({ type: "text", path: "consent_language", label: "Bahasa yang dipakai", chips: LANGUAGES, most: 40 });
    if (textAt(ctx.body, "consent_method") !== "signature") all.push({ type: "text", path: "consent_witness", label: "Saksi", most: 120 });
    all.push({ type: "check", path: "consent_copy", label: "Salinan ditinggalkan" });
  }
  return all;
}

/** Homes still to visit, the nearest deadline first. */
function toVisit(vault: Vault): (Target & { due: string })[] {
  return [...vault.rows<Visit>("verification")]
    .filter(([id]) => !vault.about("verification", id).some((record) => record.state !== "wrong"))
    .map(([id, row]) => ({
      id, due: row.due_on ?? "", title: row.name, sub: [row.address, nearby(row.area_name)].filter(Boolean).join(" · "),
      ...(row.due_on ? { mark: `sampai ${shortDay(row.due_on)}`, order: Number(row.due_on.replace(/-/g, "")) } : {}),
    }));
}

function queues(vault: Vault, today: string): Queue[] {
  const total = vault.rows("verification").size;
  if (!total) return [];
  const left = toVisit(vault).sort((a, b) => a.due.localeCompare(b.due) || a.title.localeCompare(b.title, "id"));
  const late = left.filter((item) => item.due && item.due < today).length;
  return [{
    title: "Rumah yang dikunjungi", sub: late ? `${late} lewat batas waktu` : "", done: total - left.length, total, words: `dari ${total} rumah sudah dikunjungi`,
    left: left.map((item) => ({ ...item, late: Boolean(item.due) && item.due < today })),
  }];
}

export const verification: Screen = {
  kind: "verification",
  permission: "verification.record",
  version: 1,
  title: "Verifikasi rumah",
  which: "Keluarga mana?",
  icon: "house",
  save: "Simpan verifikasi",
  targets: toVisit,
  queues,
  start: (_vault, _subject, today) => ({ on: today, position: null, photos: [], consent: false }),
  heading(vault, subject) {
    const row = vault.row<Visit>("verification", subject);
    return { title: row?.name ?? "Keluarga", sub: nearby(row?.area_name ?? "") };
  },
  parts: (ctx) => [
    { key: "rumah", fields: fields(ctx) },
    { key: "lain", fold: "Catatan dan tanggal", fields: [{ type: "text", path: "note", label: "Catatan", most: 2000, long: true }, { type: "date", path: "on", label: "Tanggal" }] },
  ],
  check(ctx): Flaw[] {
    const { body } = ctx;
    const flaws: Flaw[] = [];
    const result = textAt(body, "result");
    if (!result) flaws.push({ path: "result", text: "Pilih hasil kunjungan rumah." });
    if (body["consent"] === true) {
      if (!textAt(body, "consent_method")) flaws.push({ path: "consent_method", text: "Pilih cara persetujuan diberikan." });
      if (!textAt(body, "consent_language").trim()) flaws.push({ path: "consent_language", text: "Tulis bahasa yang dipakai." });
      if (textAt(body, "consent_method") !== "signature" && !textAt(body, "consent_witness").trim()) flaws.push({ path: "consent_witness", text: "Tulis nama saksi." });
    }
    if (result === "confirmed" && !listAt(body, "photos").length) flaws.push({ path: "photos", text: "Ambil foto rumah." });
    if (textAt(body, "on") > ctx.today) flaws.push({ path: "on", text: "Tanggal belum tiba." });
    return flaws;
  },
  payload(ctx) {
    const { body } = ctx;
    const sent: Body = {
      candidate: ctx.draft.subject, on: textAt(body, "on"), result: textAt(body, "result"), words: textAt(body, "words").trim(),
      note: textAt(body, "note").trim(), photos: listAt(body, "photos"), consent: body["consent"] === true,
    };
    if (sent["consent"]) {
      for (const name of ["consent_method", "consent_language", "consent_witness"]) sent[name] = textAt(body, name).trim();
      sent["consent_copy"] = body["consent_copy"] === true;
    }
    if (body["nik_sealed"]) sent["nik_sealed"] = body["nik_sealed"];
    if (body["position"]) sent["position"] = body["position"];
    else sent["position_missing"] = textAt(body, "position_missing") || "timeout";
    return sent;
  },
  summary: (body) => RESULTS.find((option) => option.value === body["result"])?.label ?? "Verifikasi",
};
