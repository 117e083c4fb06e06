// Shapes of the contract in docs/guide/sync.md, and of what stays on the phone.
import type { Sealed, Wrapped } from "./seal";

export type Body = Record<string, unknown>;
export interface Row {
  store: string;
  id: string;
  body: Body;
}
export interface Pack {
  kind: string;
  subject: string;
  title: string;
  expires_at: string;
  rows: Row[];
}
export type Outcome = "new" | "updated" | "identical" | "older" | "conflict" | "invalid" | "waiting";
export interface OutcomeLine {
  id: string;
  revision?: number;
  outcome: Outcome;
  stored?: boolean;
  code?: string;
  text?: string;
  do?: string;
  params?: Record<string, unknown>;
}
export interface ServerKey {
  id: number;
  alg: string;
  public: string;
}
export interface Limits {
  records: number;
  bytes: number;
  file_bytes: number;
  part_bytes: number;
}
export interface Kind {
  name: string;
  versions: number[];
}
/** What the server says of this phone and its keeper. */
export interface Me {
  device: string;
  token: string;
  account: { id: number; name: string };
  role: { id: number; kind: string; title: string };
  office: { id: number; name: string };
  permissions?: string[];
  generation: string;
  server_at: string;
  server_key: ServerKey;
  limits: Limits;
  kinds: Kind[];
}

/** A person on this phone; the only thing that is readable without a PIN. */
export interface Person {
  id: string;
  name: string;
  role: string;
  office: string;
  wrapped: Wrapped;
  fails: number;
  wait_until: number;
  used_at: number;
}
export interface KeptValue {
  person: string;
  name: string;
  sealed: Sealed;
}
export interface KeptPack {
  person: string;
  key: string;
  expires_at: number;
  sealed: Sealed;
}
export interface KeptDraft {
  id: string;
  person: string;
  at: number;
  sealed: Sealed;
}
export type State = "ready" | "sent" | "wrong";
export interface KeptRecord {
  id: string;
  person: string;
  state: State;
  made_at: number;
  sealed: Sealed;
}
export type FileState = "ready" | "sent" | "refused";
export interface KeptFile {
  id: string;
  person: string;
  record: string;
  state: FileState;
  size: number;
  sealed: Sealed;
  about: Sealed;
}

/** A record that is being written; `focus` is the field that was touched last. */
export interface Draft {
  id: string;
  kind: string;
  version: number;
  revision: number;
  body: Body;
  files: Record<string, string>;
  focus: string;
  open: boolean;
  started_at: string;
  subject: string;
}
/** A record that is finished: waiting, sent, or to be corrected. */
export interface Finished extends Omit<Draft, "focus" | "open"> {
  device_at: string;
  title: string;
  state: State;
  made_at: number;
  sent_at?: string;
  outcome?: OutcomeLine;
}
/** What is known of a photo or a voice note besides its bytes. */
export interface FileNote {
  id: string;
  record: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  received: number;
  error?: string;
}
/** A signature as points on a pad of 1000 x 400, first point at the top left. */
export type Strokes = [number, number][][];
export interface Position {
  lat: number;
  lon: number;
  accuracy_m: number;
}
