// What the app decides by itself: whom to visit first, the month's figures, when to try again. No storage, no screen.
import { addDays, daysBetween } from "./words";

export interface Place {
  lat: number;
  lon: number;
}
export interface Candidate {
  id: string;
  risk: number;
  due_on: string;
  place: Place | null;
}
export type Order = "urgent" | "due" | "near";

const EARTH_M = 6_371_000;
const RISK_STEPS = [67, 34] as const;

/** Metres between two places over the ground. */
export function metres(a: Place, b: Place): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (angle: number): number => Math.sin(angle / 2) ** 2;
  const share =
    half(rad(b.lat - a.lat)) + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * half(rad(b.lon - a.lon));
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** 0 high, 1 middle, 2 low: a point more or less of risk must not send anybody across the district. */
export function riskBand(risk: number): number {
  const at = RISK_STEPS.findIndex((step) => risk >= step);
  return at < 0 ? RISK_STEPS.length : at;
}

/** Whom to visit, in order. Urgent: risk band, then week of the due date, then the way, then the day. */
export function inOrder<T extends Candidate>(rows: readonly T[], order: Order, today: string, here: Place | null): T[] {
  const week = (row: T): number => Math.max(-1, Math.floor(daysBetween(today, row.due_on) / 7));
  const far = (row: T): number => (here && row.place ? metres(here, row.place) : Number.MAX_SAFE_INTEGER);
  const keys: Record<Order, (row: T) => (number | string)[]> = {
    urgent: (row) => [riskBand(row.risk), week(row), far(row), row.due_on, -row.risk, row.id],
    due: (row) => [row.due_on, -row.risk, far(row), row.id],
    near: (row) => [far(row), -row.risk, row.due_on, row.id],
  };
  const keyed = rows.map((row) => ({ row, key: keys[order](row) }));
  keyed.sort((a, b) => {
    for (let at = 0; at < a.key.length; at += 1) {
      const [left = 0, right = 0] = [a.key[at], b.key[at]];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
  return keyed.map((item) => item.row);
}

export type When = "late" | "week" | "later";

export function when(due: string, today: string): When {
  if (due < today) return "late";
  return due <= addDays(today, 7) ? "week" : "later";
}

export interface MonthFigures {
  done: number;
  target: number;
  before: number;
  same: number;
  placeless: number;
}

/** My month: what the server counted when it was last asked, and what this phone has recorded since. */
export function monthFigures(
  told: { month: string; visits_target: number; visits_done: number; visits_last_month: number } | null,
  unsent: readonly { on: string; same: boolean; placed: boolean }[],
  today: string,
): MonthFigures {
  const month = today.slice(0, 7);
  const mine = unsent.filter((visit) => visit.on.slice(0, 7) === month);
  const current = told !== null && told.month.slice(0, 7) === month;
  return {
    done: (current ? told.visits_done : 0) + mine.length,
    target: told?.visits_target ?? 0,
    before: current ? told.visits_last_month : (told?.visits_done ?? 0),
    same: mine.filter((visit) => visit.same).length,
    placeless: mine.filter((visit) => !visit.placed).length,
  };
}

/** Seconds until the next try after `tries` failures: doubling from 5 s to 10 min, spread by `chance` (0..1). */
export function backoff(tries: number, chance: number): number {
  const base = Math.min(600, 5 * 2 ** Math.min(tries, 12));
  return base * (0.75 + chance / 2);
}

/** Records of one push: at most `most` of them and `bytes` in all; a record too large for any push goes alone. */
export function firstBatch<T>(records: readonly T[], sizeOf: (record: T) => number, most: number, bytes: number): T[] {
  const batch: T[] = [];
  let total = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (batch.length > 0 && (batch.length >= most || total + size > bytes)) break;
    batch.push(record);
    total += size;
  }
  return batch;
}

/** Seconds a person must wait after wrong PINs: five are free, then 30 s, doubling to an hour. */
export function pinWait(fails: number): number {
  return fails < 5 ? 0 : Math.min(3600, 30 * 2 ** (fails - 5));
}

const PART_LEAST = 16 * 1024;
export const PART_FIRST = 64 * 1024;
const PART_SECONDS = 4;

/** Bytes of the next part, so that one takes about four seconds: a part that is cut comes again whole, and while it is
 * on its way no record goes. `seconds` is how long `part` took; null where it never arrived. */
export function partSize(part: number, seconds: number | null, most: number): number {
  if (seconds === null) return Math.max(PART_LEAST, Math.floor(part / 4));
  if (seconds > 2 * PART_SECONDS) return Math.max(PART_LEAST, Math.floor(part / 2));
  return seconds < PART_SECONDS / 2 ? Math.min(most, part * 2) : part;
}

/** The part of a file to send next: [from, to). */
export function nextPart(received: number, size: number, part: number): [number, number] {
  return [received, Math.min(size, received + part)];
}
