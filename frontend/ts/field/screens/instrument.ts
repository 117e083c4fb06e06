// Questions as the office published them (forms): a new question reaches the phones without a programmer.
import { at, type Field, type Part } from "../screen";
import { spoken } from "../tongue";
import type { Body } from "../types";
import type { Vault } from "../vault";

interface Wording {
  id: string;
  en?: string;
}
interface Step {
  level: number;
  label: Wording;
}
interface Question {
  code: string;
  label: Wording;
  shape: "level" | "number" | "growth" | "choices" | "yes_no" | "text";
  unit?: string;
  optional?: boolean;
  steps?: Step[];
  options?: { code: string; label: Wording }[];
}
interface Dimension {
  code: string;
  label: Wording;
  questions: Question[];
}
export interface Instrument extends Body {
  code: string;
  version: number;
  title: Wording;
  subject: string;
  dimensions: Dimension[];
}

function said(words: Wording): string {
  return spoken() === "en" && words.en ? words.en : words.id;
}

const NOT_APPLICABLE = "n/a";
const MOST = 10_000_000_000;

function newest(all: readonly Instrument[]): Instrument | null {
  return [...all].sort((a, b) => b.version - a.version)[0] ?? null;
}

/** The newest instrument for a business: of a group where it is a group's, of a person otherwise. */
export function instrumentFor(vault: Vault, business: string): Instrument | null {
  const group = Boolean(at(vault.row("business", business) ?? {}, "group"));
  const all = [...vault.rows<Instrument>("instrument").values()];
  return newest(all.filter((item) => item.subject === (group ? "group" : "enterprise")));
}

export function instrumentOf(vault: Vault, code: string): Instrument | null {
  return newest([...vault.rows<Instrument>("instrument").values()].filter((item) => item.code === code));
}

export function questionsOf(instrument: Instrument): Question[] {
  return instrument.dimensions.flatMap((dimension) => dimension.questions);
}

function unitOf(item: Question): string {
  return item.unit?.startsWith("IDR") ? "Rp" : (item.unit ?? "");
}

function question(item: Question): Field[] {
  const path = `_answers.${item.code}`;
  const label = said(item.label);
  const none = item.optional ? [{ value: NOT_APPLICABLE, label: "Tidak berlaku" }] : [];
  switch (item.shape) {
    case "level":
      return [{ type: "choice", path, label, options: [...(item.steps ?? []).map((step) => ({ value: String(step.level), label: said(step.label) })), ...none] }];
    case "yes_no":
      return [{ type: "choice", path, label, options: [{ value: "yes", label: "Ya" }, { value: "no", label: "Tidak" }, ...none] }];
    case "number":
      return [{ type: "number", path, label, unit: unitOf(item), last: null, most: MOST }];
    case "growth":
      return [
        { type: "number", path: `${path}.before`, label: `${label}: dulu`, unit: unitOf(item), last: null, most: MOST },
        { type: "number", path: `${path}.now`, label: `${label}: sekarang`, unit: unitOf(item), last: null, most: MOST },
      ];
    case "choices":
      if (item.options?.length) return [{ type: "ticks", path, label, on: "dipilih", ordered: true, rows: item.options.map((option) => ({ id: option.code, name: said(option.label) })) }];
      return [{ type: "text", path, label, most: 500, hint: "Beberapa jawaban dipisah koma." }];
    default:
      return [{ type: "text", path, label, most: 500 }];
  }
}

export function dimensionParts(instrument: Instrument): Part[] {
  return instrument.dimensions.map((dimension) => ({
    key: dimension.code, title: said(dimension.label), fields: dimension.questions.flatMap(question),
  }));
}

export function instrumentPart(instrument: Instrument, body: Body): Part {
  const all = questionsOf(instrument);
  const done = all.filter((item) => answer(item, body) !== undefined).length;
  const fields = instrument.dimensions.flatMap((dimension): Field[] => [
    { type: "note", text: said(dimension.label), tone: "big" },
    ...dimension.questions.flatMap(question),
  ]);
  return { key: "instrumen", fold: `${said(instrument.title)} (${done} dari ${all.length})`, fields };
}

function answer(item: Question, body: Body): unknown {
  const value = at(body, `_answers.${item.code}`);
  if (value === undefined || value === null || value === "") return undefined;
  if (value === NOT_APPLICABLE) return value;
  if (item.shape === "level") return Number(value);
  if (item.shape === "yes_no") return value === "yes";
  if (item.shape === "choices") return Array.isArray(value) ? (value.length ? value : undefined) : String(value).split(",").map((word) => word.trim()).filter(Boolean);
  if (item.shape === "growth") {
    const { before, now } = value as { before?: number | null; now?: number | null };
    return typeof before === "number" && typeof now === "number" ? { before, now } : undefined;
  }
  return value;
}

/** The answers by question code; empty where nothing was answered. */
export function answersOf(instrument: Instrument, body: Body): Body {
  const answers: Body = {};
  for (const item of questionsOf(instrument)) {
    const value = answer(item, body);
    if (value !== undefined) answers[item.code] = value;
  }
  return answers;
}

/** The answers as a visit carries them, or null where nothing was answered. */
export function answered(instrument: Instrument, body: Body): Body | null {
  const answers = answersOf(instrument, body);
  return Object.keys(answers).length ? { instrument: instrument.code, version: instrument.version, answers } : null;
}
