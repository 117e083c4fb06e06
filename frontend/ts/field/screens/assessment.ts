// Asesmen: the questions of one person, a dimension at a time.
import { textAt, type Screen } from "../screen";
import type { Body } from "../types";
import { answersOf, dimensionParts, instrumentOf } from "./instrument";

interface Assessed extends Body {
  name: string;
  class_name?: string;
  area_name?: string;
}

const CODE = "assessment";

export const assessment: Screen = {
  kind: "assessment",
  permission: "attendance.record",
  version: 1,
  title: "Asesmen",
  which: "Siapa yang diasesmen?",
  icon: "star",
  save: "Simpan asesmen",
  steps: true,
  targets: (vault) =>
    instrumentOf(vault, CODE)
      ? [...vault.rows<Assessed>("assessee")].map(([id, row]) => ({ id, title: row.name, sub: [row.class_name, row.area_name].filter(Boolean).join(" · ") }))
      : [],
  start: (_vault, _subject, today) => ({ on: today, _answers: {} }),
  heading(vault, subject) {
    const row = vault.row<Assessed>("assessee", subject);
    return { title: row?.name ?? "Peserta", sub: row?.class_name ?? "" };
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

