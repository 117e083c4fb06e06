// The addresses below /sinkron/. A refusal is a Refusal, a dead network is Offline; nothing else is thrown.
import { spoken } from "./tongue";
import type { Body, Kind, Me, OutcomeLine, Row } from "./types";
import type { Unsent } from "./vault";

/** So long nothing may come or go; an answer that trickles is read to its end. */
const TIMEOUT_MS = 45_000;

export class Offline extends Error {}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly wipe: boolean,
    readonly after: number,
    readonly received: number,
  ) {
    super(code);
  }
}

export interface Wire {
  id: string;
  kind: string;
  version: number;
  revision: number;
  device_at: string;
  files: Record<string, string>;
  body: Body;
}
export interface Push {
  device: string;
  seq: number;
  sent_at: string;
  records: Wire[];
  unsent?: number;
  unsent_since?: string;
}
export interface Pushed {
  seq: number;
  server_at: string;
  clock_off_seconds: number;
  counts: Record<string, number>;
  outcomes: OutcomeLine[];
}
export interface Instrument extends Body {
  code: string;
  version: number;
}
export interface Offer {
  kind: string;
  subject: string;
  title: string;
  expires_at: string;
}
export interface Offers {
  server_at: string;
  generation: string;
  cursor: string;
  packs: Offer[];
  instruments?: Body[];
  kinds?: Kind[];
}
export interface Filled extends Offer {
  cursor: string;
  rows: Row[];
}
export interface Changes {
  cursor: string;
  reset: boolean;
  packs: {
    kind: string;
    subject: string;
    expires_at: string;
    replace: boolean;
    rows: Row[];
    removed: { store: string; id: string; reason: string; note?: string; to?: string }[];
  }[];
  dropped: { kind: string; subject: string; reason: string }[];
  outcomes: OutcomeLine[];
}
export interface Part {
  id: string;
  received: number;
  size: number;
  state: "partial" | "complete" | "missing" | "refused";
  outcome?: string;
  code?: string;
}

async function refusal(answer: Response): Promise<Refusal> {
  let told: Body = {};
  try {
    told = (await answer.json()) as Body;
  } catch {
    // A proxy's page, no word of ours: the status says enough.
  }
  const text = (name: string): string => (typeof told[name] === "string" ? (told[name] as string) : "");
  return new Refusal(
    answer.status,
    text("code") || `http_${answer.status}`,
    text("detail") || text("title"),
    told["wipe"] === true,
    Number(answer.headers.get("Retry-After") ?? 0),
    Number(told["received"] ?? -1),
  );
}

/** The whole answer; a line that dies in the middle of it must not hold up every later try. */
async function whole(answer: Response, alive: () => void): Promise<Response> {
  const reader = answer.body?.getReader();
  if (!reader) return answer;
  const parts: BlobPart[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value as BlobPart);
    alive();
  }
  return new Response(new Blob(parts), { status: answer.status, headers: answer.headers });
}

async function call(address: string, init: RequestInit): Promise<Response> {
  const stop = new AbortController();
  let timer = 0;
  const alive = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => stop.abort(), TIMEOUT_MS);
  };
  let answer: Response;
  try {
    alive();
    answer = await whole(await fetch(address, { ...init, signal: stop.signal, cache: "no-store", redirect: "error" }), alive);
  } catch {
    throw new Offline(address);
  } finally {
    window.clearTimeout(timer);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function json<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    // Cut in the middle of the answer: as if it had never come.
    throw new Offline(answer.url);
  }
}

function csrf(): string {
  return /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** Ask for a token for this phone, on the strength of the web session. */
export async function enrol(name: string, platform: string): Promise<Me> {
  const answer = await call("/sinkron/daftar/", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "Accept-Language": spoken() },
    body: JSON.stringify({ name, platform, app: "1" }),
    credentials: "same-origin",
  });
  return json<Me>(answer);
}

async function gzip(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** The calls of one enrolled phone. */
export class Server {
  constructor(private readonly token: string) {}

  private async get<T>(address: string): Promise<T> {
    return json<T>(await call(address, { headers: this.headers(), credentials: "omit" }));
  }

  private headers(more: Record<string, string> = {}): Record<string, string> {
    return { Authorization: `Bearer ${this.token}`, "Accept-Language": spoken(), ...more };
  }

  me(): Promise<Omit<Me, "token">> {
    return this.get("/sinkron/perangkat/");
  }

  async push(push: Push): Promise<Pushed> {
    const headers = this.headers({ "Content-Type": "application/json", "Content-Encoding": "gzip" });
    const body = await gzip(JSON.stringify(push));
    return json<Pushed>(await call("/sinkron/kirim/", { method: "POST", headers, body, credentials: "omit" }));
  }

  /** Packs on offer; the office learns by the way what still waits here. */
  offers(waiting: Unsent): Promise<Offers> {
    const query = new URLSearchParams({ belum: String(waiting.unsent) });
    if (waiting.unsent_since) query.set("sejak", waiting.unsent_since);
    return this.get(`/sinkron/paket/?${query}`);
  }

  fill(kind: string, subject: string): Promise<Filled> {
    return this.get(`/sinkron/paket/${kind}/${subject}/`);
  }

  changes(cursor: string, packs: readonly string[]): Promise<Changes> {
    const query = new URLSearchParams([["cursor", cursor], ...packs.map((key): [string, string] => ["paket", key])]);
    return this.get(`/sinkron/perubahan/?${query}`);
  }

  part(id: string): Promise<Part> {
    return this.get(`/sinkron/berkas/${id}/`);
  }

  async putPart(id: string, from: number, bytes: ArrayBuffer, about: Record<string, string>): Promise<Part> {
    const init = { method: "PUT", headers: this.headers(about), body: bytes, credentials: "omit" as const };
    return json<Part>(await call(`/sinkron/berkas/${id}/?from=${from}`, init));
  }

  async nikMatches(person: string, sealed: Body): Promise<boolean | null> {
    const init = {
      method: "POST",
      headers: this.headers({ "Content-Type": "application/json" }),
      body: JSON.stringify({ person, sealed }),
      credentials: "omit" as const,
    };
    return (await json<{ match: boolean | null }>(await call("/sinkron/nik/", init))).match;
  }

  async report(month: string): Promise<Blob> {
    const answer = await call(`/sinkron/laporan/${month}.pdf`, { headers: this.headers(), credentials: "omit" });
    return answer.blob();
  }
}
