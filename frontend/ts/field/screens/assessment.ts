// Asesmen: the questions of one person, a dimension at a time.
import { textAt, type Screen } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { answersOf, dimensionParts, instrumentOf } from "./instrument";

interface Member extends Body {
  business: string;
  person: string;
  name: string;
}
interface Home extends Body {
  name: string;
  person: string | null;
  area_name: string;
}

const CODE = "assessment";

/** People of the own businesses and of the homes to verify, each once. */
function people(vault: Vault): Map<string, { name: string; sub: string }> {
  const found = new Map<string, { name: string; sub: string }>();
  for (const row of vault.rows<Member>("person").values()) {
    if (row.person && !found.has(row.person)) found.set(row.person, { name: row.name, sub: textAt(vault.row("business", row.business) ?? {}, "name") });
  }
  for (const row of vault.rows<Home>("verification").values()) {
    if (row.person && !found.has(row.person)) found.set(row.person, { name: row.name, sub: row.area_name });
  }
  return found;
}

export const assessment: Screen = {
  kind: "assessment",
  permission: "visit.record",
  version: 1,
  title: "Asesmen",
  which: "Siapa yang diasesmen?",
  icon: "star",
  save: "Simpan asesmen",
  steps: true,
  targets: (vault) =>
    instrumentOf(vault, CODE)
      ? [...people(vault)]
          .filter(([id]) => !vault.about("assessment", id).some((record) => record.state !== "wrong"))
          .map(([id, row]) => ({ id, title: row.name, sub: row.sub }))
      : [],
  start: (_vault, _subject, today) => ({ on: today, _answers: {} }),
  heading(vault, subject) {
    const row = people(vault).get(subject);
    return { title: row?.name ?? "Peserta", sub: row?.sub ?? "" };
  },
  parts(ctx) {
    const instrument = instrumentOf(ctx.vault, CODE);
    if (!instrument) return [{ key: "kosong", fields: [{ type: "note", text: "Instrumen asesmen belum ada di HP ini. Ambil data dari kantor dahulu." }] }];
    const parts = dimensionParts(instrument);
    parts[parts.length - 1]?.fields.push({ type: "date", path: "on", label: "Tanggal asesmen" });
    return parts;
  },
  check(ctx) {
    const instrument = instrumentOf(ctx.vault, CODE);
    if (!instrument || !Object.keys(answersOf(instrument, ctx.body)).length) return [{ path: "_answers", text: "Jawab paling sedikit satu pertanyaan." }];
    return textAt(ctx.body, "on") > ctx.today ? [{ path: "on", text: "Tanggal asesmen belum tiba." }] : [];
  },
  payload(ctx) {
    const instrument = instrumentOf(ctx.vault, CODE);
    return {
      person: ctx.draft.subject, on: textAt(ctx.body, "on"), instrument: CODE, version: instrument?.version ?? 1,
      answers: instrument ? answersOf(instrument, ctx.body) : {},
    };
  },
  summary: (body) => `${Object.keys((body["answers"] as Body | undefined) ?? {}).length} jawaban`,
};

