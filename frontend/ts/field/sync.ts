// The way to the office: records in small batches, then photos in parts, then what changed there.
import { Offline, Refusal, Server, type Changes, type Part, type Pushed, type Wire } from "./api";
import { db } from "./db";
import { PART_FIRST, backoff, firstBatch, nextPart, partSize } from "./rules";
import type { FileNote, Finished, KeptFile, OutcomeLine, Pack } from "./types";
import type { Vault } from "./vault";

const BATCH = 25;
const BATCH_BYTES = 256 * 1024;
const PULL_EVERY_MS = 10 * 60_000;
const GIVE_UP = new Set(["files.not_an_image", "files.too_large", "upload_kind"]);
const LATER = new Set(["version_unknown", "record_kind_unknown"]);

export type Status =
  | { at: "idle" | "working" | "offline" }
  | { at: "trouble"; text: string; code: string };

export class Sync extends EventTarget {
  status: Status = { at: "idle" };
  private running: Promise<void> | null = null;
  /** Somebody asked while a turn was under way: what came too late for that turn gets one of its own. */
  private again = false;
  private asked = false;
  private tries = 0;
  private timer = 0;
  private part = PART_FIRST;
  /** The server kept nothing of the last batch: it is asked again at the next turn, not between two photos. */
  private stuck = false;
  private cutOff = false;
  private readonly server: Server;

  constructor(
    private readonly vault: Vault,
    private readonly wiped: () => void,
  ) {
    super();
    this.server = new Server(vault.me.token);
    window.addEventListener("online", () => void this.run());
  }

  get api(): Server {
    return this.server;
  }

  /** Send and fetch now; `pull` also where the last look at the office is not long ago. */
  run(pull = false): Promise<void> {
    this.asked ||= pull;
    this.again = true;
    this.running ??= this.turns().finally(() => {
      this.running = null;
      this.tell(this.status);
    });
    return this.running;
  }

  private async turns(): Promise<void> {
    while (this.again && !this.cutOff) {
      this.again = false;
      await this.once();
    }
  }

  private tell(status: Status): void {
    this.status = status;
    this.dispatchEvent(new Event("change"));
  }

  private async once(): Promise<void> {
    window.clearTimeout(this.timer);
    this.tell({ at: "working" });
    this.stuck = false;
    const pull = this.asked;
    this.asked = false;
    try {
      const sent = await this.sendRecords();
      await this.sendFiles();
      if (pull || this.asked || sent || Date.now() - this.vault.standing.pulled_at > PULL_EVERY_MS) await this.pull();
      this.tries = 0;
      this.status = { at: "idle" };
    } catch (error) {
      this.asked ||= pull;
      await this.failed(error);
    }
  }

  private async failed(error: unknown): Promise<void> {
    if (error instanceof Offline) this.status = { at: "offline" };
    else if (error instanceof Refusal) {
      if (error.wipe) {
        this.cutOff = true;
        await db.wipe(this.vault.person.id);
        this.wiped();
        return;
      }
      this.status = { at: "trouble", text: error.detail || "Server belum dapat menerima.", code: error.code };
    } else throw error;
    const asked = error instanceof Refusal ? error.after : 0;
    const seconds = Math.max(asked, backoff(this.tries, Math.random()));
    this.tries += 1;
    this.timer = window.setTimeout(() => void this.run(), seconds * 1000);
  }

  // Records -------------------------------------------------------------------------------------------------------

  private async sendRecords(): Promise<boolean> {
    let any = false;
    for (;;) {
      const batch = this.batch();
      if (!batch.length) return any;
      const answer = await this.server.push({
        device: this.vault.me.device,
        seq: await this.number(batch),
        sent_at: new Date().toISOString(),
        records: batch.map(wire),
        ...this.vault.unsent(new Set(batch.map((record) => record.id))),
      });
      const moved = await this.take(answer, batch);
      any = true;
      // A batch of which the server kept nothing would come again for ever: look again at the next turn.
      this.stuck = !moved;
      if (!moved) return any;
    }
  }

  /** The batch under way is sent again as it was; else the oldest that wait. */
  private batch(): Finished[] {
    const { inflight } = this.vault.standing;
    const again = (inflight?.ids ?? []).map((id) => this.vault.records.get(id));
    const held = again.filter((record): record is Finished => record?.state === "ready");
    if (held.length) return held;
    return firstBatch(this.vault.inState("ready"), (record) => JSON.stringify(record.body).length, BATCH, BATCH_BYTES);
  }

  private async number(batch: readonly Finished[]): Promise<number> {
    const { standing } = this.vault;
    const ids = batch.map((record) => record.id);
    if (standing.inflight && standing.inflight.ids.some((id) => ids.includes(id))) return standing.inflight.seq;
    standing.seq += 1;
    standing.inflight = { seq: standing.seq, ids };
    await this.vault.keepStanding();
    return standing.seq;
  }

  private async take(answer: Pushed, batch: readonly Finished[]): Promise<number> {
    this.vault.noteTime(answer.server_at);
    const sentAt = new Date().toISOString();
    const revisions = new Map(batch.map((record) => [record.id, record.revision]));
    let moved = 0;
    for (const line of answer.outcomes) {
      const record = this.vault.records.get(line.id);
      // Edited while it was on its way: the newer revision still waits.
      if (!record || record.revision !== revisions.get(line.id)) continue;
      if (await this.settle(record, line, sentAt)) moved += 1;
    }
    this.vault.standing.inflight = null;
    this.vault.standing.synced_at = sentAt;
    await this.vault.keepStanding();
    this.dispatchEvent(new Event("change"));
    return moved;
  }

  private async settle(record: Finished, line: OutcomeLine, sentAt: string): Promise<boolean> {
    const kept = line.stored !== false;
    if (!kept && line.outcome !== "invalid") return false;
    const wrong = line.outcome === "invalid" && !LATER.has(line.code ?? "");
    await this.vault.keepRecord({
      ...record,
      state: wrong ? "wrong" : "sent",
      outcome: line,
      ...(kept ? { sent_at: sentAt } : {}),
    });
    return true;
  }

  // Photos --------------------------------------------------------------------------------------------------------

  private async sendFiles(): Promise<void> {
    for (const kept of await this.vault.readyFiles()) {
      const record = this.vault.records.get(kept.record);
      if (record?.sent_at) await this.sendFile(kept);
    }
  }

  private async sendFile(kept: KeptFile): Promise<void> {
    const note = await this.vault.fileNote(kept);
    const bytes = await this.vault.bytes(kept);
    let restarts = 0;
    while (note.received < note.size) {
      // What somebody wrote meanwhile goes first: photos never keep words waiting.
      if (!this.stuck && this.vault.inState("ready").length) await this.sendRecords();
      const [from, to] = nextPart(note.received, note.size, this.part);
      try {
        const answer = await this.timed(kept.id, from, bytes.slice(from, to), note);
        if (answer.outcome === "invalid" && (GIVE_UP.has(answer.code ?? "") || restarts > 0)) {
          await this.vault.refuseFile(kept, { ...note, error: answer.code ?? "" });
          return;
        }
        if (answer.outcome === "invalid") restarts += 1;
        note.received = answer.outcome === "invalid" ? 0 : Math.max(answer.received, to);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "upload_offset" || error.received < 0) throw error;
        if (error.received === note.received) throw error;
        note.received = error.received;
      }
      await this.vault.noteFile(kept, note);
      this.dispatchEvent(new Event("change"));
    }
    await this.vault.dropFile(kept.id);
    this.dispatchEvent(new Event("change"));
  }

  /** One part, and how large the next one may be on this line. */
  private async timed(id: string, from: number, bytes: ArrayBuffer, note: FileNote): Promise<Part> {
    const begun = performance.now();
    try {
      const answer = await this.server.putPart(id, from, bytes, headersOf(note));
      // The last part of a file is short and says little about the line.
      if (bytes.byteLength >= this.part) this.part = partSize(this.part, (performance.now() - begun) / 1000, this.vault.me.limits.part_bytes);
      return answer;
    } catch (error) {
      const slow = error instanceof Offline || (error instanceof Refusal && error.status === 408);
      if (slow) this.part = partSize(this.part, null, this.vault.me.limits.part_bytes);
      throw error;
    }
  }

  // Packs ---------------------------------------------------------------------------------------------------------

  private async pull(): Promise<void> {
    const { standing } = this.vault;
    const offers = await this.server.offers(this.vault.unsent());
    this.vault.noteTime(offers.server_at);
    const anew = offers.generation !== standing.generation || !standing.cursor;
    let reset = anew;
    if (!anew && this.vault.packs.size) {
      const changes = await this.server.changes(standing.cursor, [...this.vault.packs.keys()]);
      reset = changes.reset;
      if (!reset) await this.apply(changes);
    }
    for (const offer of offers.packs) {
      const key = `${offer.kind}/${offer.subject}`;
      if (reset || !this.vault.packs.has(key)) await this.vault.keepPack(await this.server.fill(offer.kind, offer.subject));
    }
    const offered = new Set(offers.packs.map((offer) => `${offer.kind}/${offer.subject}`));
    for (const key of [...this.vault.packs.keys()]) if (!offered.has(key)) await this.vault.dropPack(key);
    if (reset) standing.cursor = offers.cursor;
    // A server that has learnt new kinds of record says so at each look.
    if (offers.kinds) await this.vault.keepMe({ ...this.vault.me, kinds: offers.kinds });
    standing.generation = offers.generation;
    standing.pulled_at = Date.now();
    standing.synced_at = new Date().toISOString();
    await this.vault.keepStanding();
    await this.vault.sweep();
    this.dispatchEvent(new Event("pulled"));
  }

  /** A family that went to another mentor is told of by name; it is on this phone for the last time. */
  private noteLeft(held: Pack, gone: Changes["packs"][number]["removed"][number]): void {
    if (gone.store !== "business" || gone.reason !== "handed_over") return;
    const row = held.rows.find((item) => item.store === "business" && item.id === gone.id);
    if (row) this.vault.standing.left.push({ name: String(row.body["name"] ?? ""), to: gone.to ?? "", note: gone.note ?? "" });
  }

  private async apply(changes: Changes): Promise<void> {
    for (const change of changes.packs) {
      const held = this.vault.packs.get(`${change.kind}/${change.subject}`);
      if (!held) continue;
      for (const gone of change.removed) this.noteLeft(held, gone);
      await this.vault.keepPack(merged(held, change));
    }
    for (const gone of changes.dropped) await this.vault.dropPack(`${gone.kind}/${gone.subject}`);
    for (const line of changes.outcomes) {
      const record = this.vault.records.get(line.id);
      if (record?.sent_at) await this.settle(record, { ...line, stored: true }, record.sent_at);
    }
    this.vault.standing.cursor = changes.cursor;
  }
}

/** A pack after its changes; what hangs on a removed business goes with it, and a changed one comes whole: what it no
 * longer has (a thing given back, a member who left) is not among its rows any more. */
export function merged(held: Pack, change: Changes["packs"][number]): Pack {
  if (change.replace) return { ...held, expires_at: change.expires_at, rows: change.rows };
  const name = (row: { store: string; id: string }): string => `${row.store}/${row.id}`;
  const gone = new Set(change.removed.map(name));
  const businesses = new Set([...change.removed, ...change.rows].filter((row) => row.store === "business").map((row) => row.id));
  const fresh = new Map(change.rows.map((row) => [name(row), row]));
  const rows = held.rows
    .filter((row) => !gone.has(name(row)) && !businesses.has(String(row.body["business"] ?? "")))
    .map((row) => {
      const newer = fresh.get(name(row));
      fresh.delete(name(row));
      return newer ?? row;
    });
  return { ...held, expires_at: change.expires_at, rows: [...rows, ...fresh.values()] };
}

function wire(record: Finished): Wire {
  const { id, kind, version, revision, device_at, files, body } = record;
  return { id, kind, version, revision, device_at, files, body };
}

function headersOf(note: FileNote): Record<string, string> {
  return {
    "X-Size": String(note.size), "X-Sha256": note.sha256, "X-Record": note.record, "X-Name": note.name,
    "Content-Type": note.type,
  };
}

function base64(bytes: ArrayBuffer): string {
  const view = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < view.length; at += 0x8000) text += String.fromCharCode(...view.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Everything that the office does not have yet, as the file that anybody may upload later. */
export async function queueFile(vault: Vault): Promise<Blob> {
  const records = vault.inState("ready");
  const files = [];
  for (const kept of await vault.readyFiles()) {
    const note = await vault.fileNote(kept);
    files.push({
      id: note.id, record: note.record, name: note.name, type: note.type, sha256: note.sha256,
      data: base64(await vault.bytes(kept)),
    });
  }
  const seq = vault.standing.inflight?.seq ?? vault.standing.seq + 1;
  const saved = new Date().toISOString();
  const pushes = records.length ? [{ seq, sent_at: saved, records: records.map(wire) }] : [];
  const queue = { berdaya: "queue", version: 1, device: vault.me.device, saved_at: saved, pushes, files };
  const packed = new Blob([JSON.stringify(queue)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed).blob();
}
