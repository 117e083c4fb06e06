// One screen for each record kind; what it looks like is told in parts and fields, drawn by one machinery.
import type { Icon } from "./dom";
import type { Body, Draft, Finished } from "./types";
import type { Vault } from "./vault";

export interface Option {
  value: string;
  label: string;
}
export interface PersonRow {
  id: string;
  name: string;
  sub?: string;
}
interface Base {
  path: string;
  label: string;
  hint?: string | undefined;
}
export type Field =
  | (Base & { type: "number"; unit: string; last: number | null; most: number })
  | (Base & { type: "choice"; options: Option[] })
  | (Base & { type: "text"; chips?: string[]; most: number; long?: boolean })
  | (Base & { type: "date" })
  /** `file` fixes the name in the record's files; else names are counted up. */
  | (Base & { type: "photos"; most: number; single?: boolean; file?: string })
  | (Base & { type: "voice" })
  /** Kept as a picture beside the record, or as strokes inside it. */
  | (Base & { type: "signature"; who: string; as: "file" | "strokes" })
  | (Base & { type: "check" })
  /** `ordered`: what is tapped first stands first, and says so. */
  | (Base & { type: "ticks"; rows: PersonRow[]; on: string; ordered?: boolean; scan?: ((code: string) => string | null) | undefined })
  | (Base & { type: "amounts"; rows: PersonRow[]; usual: number | null; unit: string; most: number })
  | (Base & { type: "nik"; person: string })
  | { type: "position" }
  | { type: "act"; label: string; icon?: Icon; on?: boolean; hint?: string | undefined; act: (ctx: Context) => void }
  | { type: "note"; text: string; tone?: "plain" | "good" | "warn" | "big" }
  | { type: "speak"; label: string; text: () => string[] }
  | { type: "node"; draw: () => Node };

export interface Part {
  key: string;
  title?: string;
  fold?: string;
  fields: Field[];
}
export interface Target {
  id: string;
  title: string;
  sub: string;
  /** What the card says, and the place in a queue. */
  code?: string;
  order?: number;
  /** What stands beside it: the day, the mark; `late` where that day is over. */
  mark?: string;
  late?: boolean;
}
/** A list of work with how far it got: the families of one handover, the homes to visit, the sessions of a class. */
export interface Queue {
  title: string;
  sub: string;
  done: number;
  total: number;
  /** What stands behind the number that is done: "dari 5 keluarga sudah menerima". */
  words: string;
  left: Target[];
}
export interface Flaw {
  path: string;
  text: string;
}
export interface Context {
  vault: Vault;
  draft: Draft;
  body: Body;
  today: string;
  /** Change the body and draw again; the draft is saved at once. */
  change(make: (body: Body) => void): void;
}

export interface Screen {
  kind: string;
  version: number;
  title: string;
  /** What is chosen before: "Usaha mana?", "Kelompok mana?" */
  which: string;
  icon: Icon;
  /** Words of the main button. */
  save: string;
  /** What the role must hold; the server checks it again. */
  permission: string;
  /** Whether the parts come one at a time. */
  steps?: boolean;
  targets(vault: Vault): Target[];
  queues?(vault: Vault, today: string): Queue[];
  start(vault: Vault, subject: string, today: string): Body;
  heading(vault: Vault, subject: string): { title: string; sub: string };
  parts(ctx: Context): Part[];
  check(ctx: Context): Flaw[];
  /** The body as the contract names it. */
  payload(ctx: Context): Body;
  /** One line for the list of what was written. */
  summary(body: Body): string;
}

/** What is at "a.b.c". */
export function at(body: Body, path: string): unknown {
  let here: unknown = body;
  for (const name of path.split(".")) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Body)[name];
  }
  return here;
}

export function put(body: Body, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop();
  let here = body;
  for (const name of names) {
    if (typeof here[name] !== "object" || here[name] === null) here[name] = {};
    here = here[name] as Body;
  }
  if (last !== undefined) here[last] = value;
}

export function numberAt(body: Body, path: string): number | null {
  const value = at(body, path);
  return typeof value === "number" ? value : null;
}

export function textAt(body: Body, path: string): string {
  const value = at(body, path);
  return typeof value === "string" ? value : "";
}

export function listAt(body: Body, path: string): string[] {
  const value = at(body, path);
  return Array.isArray(value) ? (value as string[]) : [];
}

export function mapAt<T>(body: Body, path: string): Record<string, T> {
  const value = at(body, path);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, T>) : {};
}

/** A finished record as a draft again, to be corrected: the same id, one revision more. */
export function reopened(record: Finished): Draft {
  const { id, kind, version, files, subject, started_at } = record;
  const body = (record as Finished & { written?: Body }).written ?? record.body;
  const revision = record.revision + 1;
  return { id, kind, version, revision, body: structuredClone(body), files: { ...files }, focus: "", open: true, started_at, subject };
}
