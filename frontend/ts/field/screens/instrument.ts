// Questions as the office published them (forms): a new question reaches the phones without a programmer.
import { at, type Field, type Part } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";

interface Wording {
  id: string;
  en?: string;
}
interface Step extends Wording {
  level: number;
}
interface Question extends Wording {
  code: string;
  shape: "level" | "number" | "growth" | "choices" | "yes_no" | "text";
  unit?: string;
  optional?: boolean;
  steps?: Step[];
}
interface Dimension extends Wording {
  code: string;
  questions: Question[];
}
export interface Instrument extends Body {
  code: string;
  version: number;
  title: Wording;
  subject: string;
  body: { dimensions: Dimension[] };
}

const NOT_APPLICABLE = "n/a";
const MOST = 10_000_000_000;

/** The newest instrument for a business: of a group where it is a group's, of a person otherwise. */
export function instrumentFor(vault: Vault, business: string): Instrument | null {
  const group = Boolean(at(vault.row("business", business) ?? {}, "group"));
  const wanted = group ? ["group", "enterprise"] : ["enterprise", "household"];
  const all = [...vault.rows<Instrument>("instrument").values()];
  for (const subject of wanted) {
    const fit = all.filter((item) => item.subject === subject).sort((a, b) => b.version - a.version)[0];
    if (fit) return fit;
  }
  return null;
}

export function instrumentOf(vault: Vault, code: string): Instrument | null {
  const all = [...vault.rows<Instrument>("instrument").values()].filter((item) => item.code === code);
  return all.sort((a, b) => b.version - a.version)[0] ?? null;
}

function question(item: Question): Field[] {
  const path = `_answers.${item.code}`;
  const none = item.optional ? [{ value: NOT_APPLICABLE, label: "Tidak berlaku" }] : [];
  switch (item.shape) {
    case "level":
      return [{ type: "choice", path, label: item.id, options: [...(item.steps ?? []).map((step) => ({ value: String(step.level), label: step.id })), ...none] }];
    case "yes_no":
      return [{ type: "choice", path, label: item.id, options: [{ value: "yes", label: "Ya" }, { value: "no", label: "Tidak" }, ...none] }];
    case "number":
      return [{ type: "number", path, label: item.id, unit: unitOf(item), last: null, most: MOST }];
    case "growth":
      return [
        { type: "number", path: `${path}.before`, label: `${item.id}: dulu`, unit: unitOf(item), last: null, most: MOST },
        { type: "number", path: `${path}.now`, label: `${item.id}: sekarang`, unit: unitOf(item), last: null, most: MOST },
      ];
    default:
      return [{ type: "text", path, label: item.id, most: 500, hint: item.shape === "choices" ? "Beberapa jawaban dipisah koma." : undefined }];
  }
}

function unitOf(item: Question): string {
  return item.unit?.startsWith("IDR") ? "Rp" : (item.unit ?? "");
}

export function instrumentFields(instrument: Instrument): Field[] {
  return instrument.body.dimensions.flatMap((dimension): Field[] => [
    { type: "note", text: dimension.id, tone: "big" },
    ...dimension.questions.flatMap(question),
  ]);
}

export function instrumentPart(instrument: Instrument, body: Body): Part {
  const all = instrument.body.dimensions.flatMap((dimension) => dimension.questions);
  const done = all.filter((item) => answer(item, body) !== undefined).length;
  return { key: "instrumen", fold: `${instrument.title.id} (${done} dari ${all.length})`, fields: instrumentFields(instrument) };
}

function answer(item: Question, body: Body): unknown {
  const value = at(body, `_answers.${item.code}`);
  if (value === undefined || value === null || value === "") return undefined;
  if (value === NOT_APPLICABLE) return value;
  if (item.shape === "level") return Number(value);
  if (item.shape === "yes_no") return value === "yes";
  if (item.shape === "choices") return String(value).split(",").map((word) => word.trim()).filter(Boolean);
  if (item.shape === "growth") {
    const { before, now } = value as { before?: number | null; now?: number | null };
    return typeof before === "number" && typeof now === "number" ? { before, now } : undefined;
  }
  return value;
}

/** The answers as the contract names them, or null where nothing was answered. */
export function answered(instrument: Instrument, body: Body): Body | null {
  const answers: Body = {};
  for (const item of instrument.body.dimensions.flatMap((dimension) => dimension.questions)) {
    const value = answer(item, body);
    if (value !== undefined) answers[item.code] = value;
  }
  return Object.keys(answers).length ? { instrument: instrument.code, version: instrument.version, answers } : null;
}
