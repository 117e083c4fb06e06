// Nilai lomba: one juror's sheet for one entry, a mark from 0 to 100 on each criterion.
import { mapAt, numberAt, textAt, type Context, type Flaw, type Queue, type Screen, type Target } from "../screen";
import { kindOf } from "../tongue";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { longDay, nearby, weekday } from "../words";

interface Contest extends Body {
  name: string;
  held_on: string;
  criteria: [string, number][];
  jurors: string[];
}
interface Entry extends Body {
  contest: string;
  name: string;
  kind_name: string;
  kind_en?: string;
  area_name: string;
  marked_by: string[];
}

const MOST = 100;
const JURORS = 6;

function contestOf(vault: Vault, entry: string): Contest | undefined {
  const row = vault.row<Entry>("contest_entry", entry);
  return row ? vault.row<Contest>("contest", row.contest) : undefined;
}

/** Who has marked this entry, as the office knew it and as this phone has recorded since. */
function markedBy(vault: Vault, entry: string): string[] {
  const here = vault.about("contest", entry).filter((record) => record.state !== "wrong").map((record) => textAt(record.body, "juror"));
  return [...new Set([...(vault.row<Entry>("contest_entry", entry)?.marked_by ?? []), ...here])];
}

function jurors(vault: Vault, contest: Contest | undefined): string[] {
  const here = [...vault.records.values()].filter((record) => record.kind === "contest").map((record) => textAt(record.body, "juror"));
  return [...new Set([...here, ...(contest?.jurors ?? [])])].filter(Boolean).slice(0, JURORS);
}

/** The mean by weight of what is marked so far, to two decimals; null before the first mark. */
export function weighted(criteria: readonly (readonly [string, number])[], marks: Record<string, number | null>): number | null {
  const given = criteria.filter(([name]) => typeof marks[name] === "number");
  const weight = given.reduce((total, [, part]) => total + part, 0);
  if (!weight) return null;
  return Math.round((100 * given.reduce((total, [name, part]) => total + part * (marks[name] ?? 0), 0)) / weight) / 100;
}

function marksOf(ctx: Context): Record<string, number | null> {
  const typed = mapAt<number | null>(ctx.body, "_marks");
  const criteria = contestOf(ctx.vault, ctx.draft.subject)?.criteria ?? [];
  return Object.fromEntries(criteria.map(([name], place) => [name, typed[String(place)] ?? null]));
}

function entries(vault: Vault): (Target & { contest: string; order: number })[] {
  return [...vault.rows<Entry>("contest_entry")].map(([id, row]) => {
    const by = markedBy(vault, id);
    return {
      id, contest: row.contest, title: row.name, order: by.length,
      sub: [kindOf(row), by.length ? `dinilai ${by.length} juri` : "belum dinilai"].filter(Boolean).join(" · "),
    };
  });
}

function queues(vault: Vault): Queue[] {
  return [...vault.rows<Contest>("contest")].map(([id, row]) => {
    const all = entries(vault).filter((entry) => entry.contest === id);
    const left = all.filter((entry) => !entry.order).sort((a, b) => a.title.localeCompare(b.title, "id"));
    return { title: row.name, sub: `${weekday(row.held_on)}, ${longDay(row.held_on)}`, done: all.length - left.length, total: all.length, words: `dari ${all.length} peserta sudah dinilai`, left };
  });
}

export const contest: Screen = {
  kind: "contest",
  permission: "market.manage",
  version: 1,
  title: "Nilai lomba",
  which: "Peserta mana yang dinilai?",
  icon: "star",
  save: "Simpan nilai",
  targets: entries,
  queues,
  start(vault, subject, today) {
    const last = [...vault.records.values()].filter((record) => record.kind === "contest").sort((a, b) => b.made_at - a.made_at)[0];
    const juror = last ? textAt(last.body, "juror") : "";
    // The same juror goes on with the next entry, unless this one is marked by them already.
    return { on: today, juror: markedBy(vault, subject).includes(juror) ? "" : juror, _marks: {}, note: "" };
  },
  heading(vault, subject) {
    const row = vault.row<Entry>("contest_entry", subject);
    return { title: row?.name ?? "Peserta", sub: [kindOf(row), nearby(row?.area_name ?? "")].filter(Boolean).join(" · ") };
  },
  parts(ctx) {
    const row = contestOf(ctx.vault, ctx.draft.subject);
    const mean = weighted(row?.criteria ?? [], marksOf(ctx));
    return [
      { key: "juri", title: row?.name ?? "", fields: [{ type: "text", path: "juror", label: "Nama juri", chips: jurors(ctx.vault, row), most: 80 }] },
      {
        key: "nilai", title: "Nilai 0 sampai 100",
        fields: [
          ...(row?.criteria ?? []).map(([name, weight], place) => ({
            type: "number" as const, path: `_marks.${place}`, label: name, hint: `bobot ${weight}`, unit: "", last: null, most: MOST,
          })),
          { type: "note", tone: "big", text: mean === null ? "Belum ada nilai" : `Rata-rata berbobot ${mean.toFixed(2).replace(".", ",")}` },
        ],
      },
      { key: "lain", fold: "Catatan dan tanggal", fields: [{ type: "text", path: "note", label: "Catatan", most: 200, long: true }, { type: "date", path: "on", label: "Tanggal" }] },
    ];
  },
  check(ctx): Flaw[] {
    const flaws: Flaw[] = [];
    const juror = textAt(ctx.body, "juror").trim();
    if (!juror) flaws.push({ path: "juror", text: "Tulis nama juri." });
    else if (markedBy(ctx.vault, ctx.draft.subject).includes(juror) && ctx.draft.revision === 1) flaws.push({ path: "juror", text: `${juror} sudah menilai peserta ini.` });
    const criteria = contestOf(ctx.vault, ctx.draft.subject)?.criteria ?? [];
    criteria.forEach(([name], place) => {
      if (numberAt(ctx.body, `_marks.${place}`) === null) flaws.push({ path: `_marks.${place}`, text: `Isi nilai ${name}.` });
    });
    if (textAt(ctx.body, "on") > ctx.today) flaws.push({ path: "on", text: "Tanggal belum tiba." });
    return flaws;
  },
  payload: (ctx) => ({
    entry: ctx.draft.subject, on: textAt(ctx.body, "on"), juror: textAt(ctx.body, "juror").trim(), marks: marksOf(ctx), note: textAt(ctx.body, "note").trim(),
  }),
  summary: (body) => `Juri ${textAt(body, "juror")}`,
};
