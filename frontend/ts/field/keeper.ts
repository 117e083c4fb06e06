// Who is at this phone: several people, a PIN each; locked after five minutes without a touch.
import { enrol } from "./api";
import { db } from "./db";
import { pinWait } from "./rules";
import { newKey, openKey, rewrap } from "./seal";
import type { Person } from "./types";
import { Vault } from "./vault";

export const PIN_LENGTH = 6;
const LOCK_AFTER_MS = 5 * 60_000;
const LOOK_EVERY_MS = 5_000;
const TOUCHES = ["pointerdown", "keydown", "input", "scroll"] as const;

/** Where a full phone cannot count a wrong PIN, each one costs this much. */
const FULL_WAIT_S = 30;

/** Whether a note about the door found room; a phone that is full opens all the same, to send what it holds. */
async function kept(write: PromiseLike<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch {
    return false;
  }
}

export type Unlocked = { vault: Vault } | { wait: number; fails: number };

/** Who has data on this phone; who used it last comes first. */
export function people(): Promise<Person[]> {
  return db.people.orderBy("used_at").reverse().toArray();
}

/** Open with a PIN; a wrong one costs time, more with each. */
export async function unlock(person: Person, pin: string): Promise<Unlocked> {
  const fresh = (await db.people.get(person.id)) ?? person;
  const left = Math.ceil((fresh.wait_until - Date.now()) / 1000);
  if (left > 0) return { wait: left, fails: fresh.fails };
  const key = await openKey(pin, fresh.wrapped);
  if (!key) {
    const fails = fresh.fails + 1;
    const wait = pinWait(fails);
    const counted = await kept(db.people.update(person.id, { fails, wait_until: wait ? Date.now() + wait * 1000 : 0 }));
    return { wait: counted ? wait : Math.max(wait, FULL_WAIT_S), fails };
  }
  await kept(db.people.update(person.id, { fails: 0, wait_until: 0, used_at: Date.now() }));
  return { vault: await Vault.open(fresh, key) };
}

function deviceName(): string {
  const model = /\(Linux; Android [^;]+; ([^);]+)/.exec(navigator.userAgent)?.[1];
  return (model ?? "HP lapangan").slice(0, 60);
}

function platform(): string {
  const system = /Android [\d.]+|Windows|Mac OS X|Linux/.exec(navigator.userAgent)?.[0] ?? "";
  const browser = /Chrom(?:e|ium)\/\d+|Firefox\/\d+|Version\/\d+/.exec(navigator.userAgent)?.[0] ?? "";
  return [system, browser.replace("/", " ")].filter(Boolean).join("; ").slice(0, 120);
}

/** Enrol this phone for whoever is signed in on the web, under a PIN of their own. */
export async function welcome(pin: string): Promise<Vault> {
  const me = await enrol(deviceName(), platform());
  const { wrapped, key } = await newKey(pin);
  const person: Person = {
    id: me.device, name: me.account.name, role: me.role.title, office: me.office.name, wrapped, fails: 0, wait_until: 0,
    used_at: Date.now(),
  };
  return Vault.begin(person, key, me);
}

/** Another PIN for the same data; false where the old one was wrong. */
export async function changePin(person: Person, old: string, fresh: string): Promise<boolean> {
  const wrapped = await rewrap(old, fresh, person.wrapped);
  if (wrapped) await db.people.update(person.id, { wrapped, fails: 0, wait_until: 0 });
  return wrapped !== null;
}

/** Call `lock` after five minutes without a touch, also when the phone slept meanwhile. */
export function watchIdle(lock: () => void): void {
  let touched = Date.now();
  const touch = (): void => {
    touched = Date.now();
  };
  const look = (): void => {
    if (Date.now() - touched >= LOCK_AFTER_MS) lock();
  };
  for (const kind of TOUCHES) window.addEventListener(kind, touch, { passive: true, capture: true });
  document.addEventListener("visibilitychange", look);
  window.setInterval(look, LOOK_EVERY_MS);
}
