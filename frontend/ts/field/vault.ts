// Everything of one unlocked person: opened once into memory, written back sealed at each change.
import { db } from "./db";
import { newId, openBytes, openJson, sealBytes, sealJson, sha256 } from "./seal";
import type {
  Body, Draft, FileNote, Finished, KeptFile, KeptRecord, Me, Pack, Person, State,
} from "./types";

type Rows = Map<string, Map<string, Body>>;
interface Standing {
  cursor: string;
  generation: string;
  pulled_at: number;
  seq: number;
  inflight: { seq: number; ids: string[] } | null;
  skew_ms: number;
  floor_ms: number;
  synced_at: string;
  /** Families handed to another mentor, until the one who had them has read it. */
  left: { name: string; to: string; note: string }[];
  /** Has read that the browser did not promise to keep the records; it stays to be read under *Saya*. */
  warned: boolean;
}
export interface Unsent {
  unsent: number;
  unsent_since?: string;
}
const NOTHING: Standing = {
  cursor: "", generation: "", pulled_at: 0, seq: 0, inflight: null, skew_ms: 0, floor_ms: 0, synced_at: "",
  left: [], warned: false,
};
const KEEP_SENT_MS = 62 * 86_400_000;
/** Room that photos leave to words: a full phone can still be written on, and can still send. */
const RESERVE = 2 * 1024 * 1024;

/** The phone has no room for a photo or a voice note; what is written fits all the same. */
export class NoRoom extends Error {}

export class Vault {
  me!: Me;
  standing: Standing = { ...NOTHING, left: [] };
  packs = new Map<string, Pack>();
  drafts = new Map<string, Draft>();
  records = new Map<string, Finished>();
  fileCount = 0;
  /** Whether the browser promised to keep all this; null while it has not answered. */
  promised: boolean | null = null;
  /** The last write found no room: what stands on the screen is not on the disk. */
  full = false;
  /** Called when `full` changes. */
  onRoom: () => void = () => undefined;
  private merged: Rows | null = null;
  private writing = new Map<string, Promise<void>>();

  private constructor(
    readonly person: Person,
    private readonly key: CryptoKey,
  ) {}

  static async open(person: Person, key: CryptoKey): Promise<Vault> {
    const vault = new Vault(person, key);
    const of = { person: person.id };
    const [values, packs, drafts, records, files] = await Promise.all([
      db.values.where(of).toArray(),
      db.packs.where(of).toArray(),
      db.drafts.where(of).toArray(),
      db.records.where(of).toArray(),
      db.files.where({ ...of, state: "ready" }).count(),
    ]);
    const told = await Promise.all(values.map(async (row) => [row.name, await openJson(key, row.sealed)] as const));
    const byName = new Map<string, unknown>(told);
    vault.me = byName.get("me") as Me;
    vault.standing = { ...NOTHING, left: [], ...(byName.get("standing") as Partial<Standing> | undefined) };
    vault.fileCount = files;
    await Promise.all([
      ...packs.map(async (row) => vault.packs.set(row.key, await openJson<Pack>(key, row.sealed))),
      ...drafts.map(async (row) => vault.drafts.set(row.id, await openJson<Draft>(key, row.sealed))),
      ...records.map(async (row) => vault.records.set(row.id, await openJson<Finished>(key, row.sealed))),
    ]);
    await vault.sweep();
    return vault;
  }

  /** Put a new person's own data down for the first time. */
  static async begin(person: Person, key: CryptoKey, me: Me): Promise<Vault> {
    const vault = new Vault(person, key);
    vault.me = me;
    vault.noteTime(me.server_at);
    await db.people.put(person);
    await vault.keepMe(me);
    await vault.keepStanding();
    return vault;
  }

  // Time ---------------------------------------------------------------------------------------------------------

  /** Compare the phone's clock with the server's; days are then told by the server's, whatever the phone shows. */
  noteTime(serverAt: string): void {
    const at = Date.parse(serverAt);
    if (Number.isNaN(at)) return;
    this.standing.skew_ms = at - Date.now();
    this.standing.floor_ms = Math.max(this.standing.floor_ms, at);
  }

  now(): Date {
    return new Date(Math.max(Date.now() + this.standing.skew_ms, this.standing.floor_ms));
  }

  // Small values --------------------------------------------------------------------------------------------------

  private async keep(name: string, value: unknown): Promise<void> {
    await db.values.put({ person: this.person.id, name, sealed: await sealJson(this.key, value) });
  }

  async keepMe(me: Me): Promise<void> {
    this.me = me;
    await this.keep("me", me);
  }

  async keepStanding(): Promise<void> {
    await this.written(this.keep("standing", this.standing));
  }

  // Packs ---------------------------------------------------------------------------------------------------------

  /** All rows of a store, over all packs. */
  rows<T extends Body = Body>(store: string): Map<string, T> {
    this.merged ??= this.merge();
    return (this.merged.get(store) ?? new Map()) as Map<string, T>;
  }

  row<T extends Body = Body>(store: string, id: string): T | undefined {
    return this.rows<T>(store).get(id);
  }

  /** Rows whose body says that they belong to `owner` under `name`. */
  of<T extends Body = Body>(store: string, name: string, owner: string): (T & { id: string })[] {
    const found: (T & { id: string })[] = [];
    for (const [id, body] of this.rows<T>(store)) if (body[name] === owner) found.push({ ...body, id });
    return found;
  }

  private merge(): Rows {
    const all: Rows = new Map();
    for (const pack of this.packs.values()) {
      for (const row of pack.rows) {
        let store = all.get(row.store);
        if (!store) all.set(row.store, (store = new Map()));
        store.set(row.id, row.body);
      }
    }
    return all;
  }

  async keepPack(pack: Pack): Promise<void> {
    const key = `${pack.kind}/${pack.subject}`;
    this.packs.set(key, pack);
    this.merged = null;
    const sealed = await sealJson(this.key, pack);
    await db.packs.put({ person: this.person.id, key, expires_at: Date.parse(pack.expires_at), sealed });
  }

  async dropPack(key: string): Promise<void> {
    this.packs.delete(key);
    this.merged = null;
    await db.packs.delete([this.person.id, key]);
  }

  /** Packs whose time is over go, and so do records that were sent long ago. */
  async sweep(): Promise<void> {
    const now = this.now().getTime();
    for (const [key, pack] of this.packs) if (Date.parse(pack.expires_at) <= now) await this.dropPack(key);
    for (const record of this.records.values()) {
      if (record.state === "sent" && now - record.made_at > KEEP_SENT_MS) await this.dropRecord(record.id);
    }
  }

  // Drafts --------------------------------------------------------------------------------------------------------

  /** Called at every touch. Writes of one draft follow one another; what was overtaken is not written at all. */
  saveDraft(draft: Draft): Promise<void> {
    this.drafts.set(draft.id, draft);
    const before = this.writing.get(draft.id) ?? Promise.resolve();
    const text = structuredClone(draft);
    const next = before.then(async () => {
      if (this.writing.get(draft.id) !== next || !this.drafts.has(draft.id)) return;
      const sealed = await sealJson(this.key, text);
      if (!this.drafts.has(draft.id)) return;
      await this.written(db.drafts.put({ id: draft.id, person: this.person.id, at: Date.now(), sealed }));
    });
    this.writing.set(draft.id, next);
    return next;
  }

  /** True where it is on the disk. A write that found no room is told of by `full`; the next one may fit again. */
  private async written(write: PromiseLike<unknown>): Promise<boolean> {
    const before = this.full;
    try {
      await write;
      this.full = false;
    } catch {
      this.full = true;
    }
    if (before !== this.full) this.onRoom();
    return !this.full;
  }

  async dropDraft(id: string, withFiles: boolean): Promise<void> {
    const draft = this.drafts.get(id);
    this.drafts.delete(id);
    await this.writing.get(id);
    await db.drafts.delete(id);
    if (withFiles && draft) for (const file of Object.values(draft.files)) await this.dropFile(file);
  }

  // Records -------------------------------------------------------------------------------------------------------

  /** False where the phone has no room: then nothing has changed. */
  async keepRecord(record: Finished): Promise<boolean> {
    const { id, state, made_at } = record;
    const row: KeptRecord = { id, person: this.person.id, state, made_at, sealed: await sealJson(this.key, record) };
    if (!(await this.written(db.records.put(row)))) return false;
    this.records.set(id, record);
    return true;
  }

  async dropRecord(id: string): Promise<void> {
    const record = this.records.get(id);
    this.records.delete(id);
    await db.records.delete(id);
    if (record) for (const file of Object.values(record.files)) await this.dropFile(file);
  }

  inState(...states: State[]): Finished[] {
    const found = [...this.records.values()].filter((record) => states.includes(record.state));
    return found.sort((a, b) => a.made_at - b.made_at || (a.id < b.id ? -1 : 1));
  }

  /** Finished records about one subject, newest first. */
  about(kind: string, subject: string): Finished[] {
    const found = [...this.records.values()].filter((item) => item.kind === kind && item.subject === subject);
    return found.sort((a, b) => b.made_at - a.made_at);
  }

  // Photos and voice ----------------------------------------------------------------------------------------------

  /** Throws {@link NoRoom} where what is left is kept for words. */
  async addFile(record: string, name: string, blob: Blob): Promise<string> {
    const told = await navigator.storage?.estimate?.();
    if (told?.quota && (told.usage ?? 0) + blob.size + RESERVE > told.quota) throw new NoRoom();
    const bytes = await blob.arrayBuffer();
    const note: FileNote = {
      id: newId(), record, name, type: blob.type.split(";")[0] ?? "", size: bytes.byteLength,
      sha256: await sha256(bytes), received: 0,
    };
    const row: KeptFile = {
      id: note.id, person: this.person.id, record, state: "ready", size: note.size,
      sealed: await sealBytes(this.key, bytes), about: await sealJson(this.key, note),
    };
    try {
      await db.files.put(row);
    } catch {
      throw new NoRoom();
    }
    this.fileCount += 1;
    return note.id;
  }

  async noteFile(kept: KeptFile, note: FileNote): Promise<void> {
    await db.files.update(kept.id, { about: await sealJson(this.key, note) });
  }

  async refuseFile(kept: KeptFile, note: FileNote): Promise<void> {
    await db.files.update(kept.id, { about: await sealJson(this.key, note), state: "refused" });
    this.fileCount = Math.max(0, this.fileCount - 1);
  }

  async dropFile(id: string): Promise<void> {
    const kept = await db.files.get(id);
    if (!kept) return;
    await db.files.delete(id);
    if (kept.state === "ready") this.fileCount = Math.max(0, this.fileCount - 1);
  }

  filesOf(record: string): Promise<KeptFile[]> {
    return db.files.where({ record }).toArray();
  }

  readyFiles(): Promise<KeptFile[]> {
    return db.files.where({ person: this.person.id, state: "ready" }).toArray();
  }

  fileNote(kept: KeptFile): Promise<FileNote> {
    return openJson<FileNote>(this.key, kept.about);
  }

  bytes(kept: KeptFile): Promise<ArrayBuffer> {
    return openBytes(this.key, kept.sealed);
  }

  /** The picture as a Blob, or null where it was sent and its bytes are gone from the phone. */
  async picture(id: string): Promise<Blob | null> {
    const kept = await db.files.get(id);
    if (!kept) return null;
    const note = await this.fileNote(kept);
    return new Blob([await this.bytes(kept)], { type: note.type });
  }

  unsentCount(): number {
    return this.inState("ready").length;
  }

  /** What the office is told of the rest: how many records and photos wait here, and since when; `without` is on its way. */
  unsent(without: ReadonlySet<string> = new Set()): Unsent {
    const left = this.inState("ready").filter((record) => !without.has(record.id));
    const since = left[0] ?? (this.fileCount ? this.inState("sent").find((record) => Object.keys(record.files).length) : undefined);
    const count = left.length + this.fileCount;
    return count && since ? { unsent: count, unsent_since: new Date(since.made_at + this.standing.skew_ms).toISOString() } : { unsent: count };
  }
}

