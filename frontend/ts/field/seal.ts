// What lies on the phone is sealed: a key per person, wrapped by a key that only the PIN makes.
const ITERATIONS = 600_000; // PBKDF2-HMAC-SHA256, OWASP 2023
const NONCE = 12;
const coder = new TextEncoder();
const reader = new TextDecoder();

export interface Wrapped {
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
  nonce: Uint8Array<ArrayBuffer>;
  key: ArrayBuffer;
}

export interface Sealed {
  nonce: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

async function pinKey(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", coder.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["wrapKey", "unwrapKey"],
  );
}

async function unwrap(pin: string, wrapped: Wrapped, extractable: boolean): Promise<CryptoKey> {
  const outer = await pinKey(pin, wrapped.salt, wrapped.rounds);
  return crypto.subtle.unwrapKey(
    "raw",
    wrapped.key,
    outer,
    { name: "AES-GCM", iv: wrapped.nonce },
    { name: "AES-GCM" },
    extractable,
    ["encrypt", "decrypt"],
  );
}

async function wrap(pin: string, key: CryptoKey): Promise<Wrapped> {
  const salt = random(16);
  const nonce = random(NONCE);
  const outer = await pinKey(pin, salt, ITERATIONS);
  return { salt, rounds: ITERATIONS, nonce, key: await crypto.subtle.wrapKey("raw", key, outer, { name: "AES-GCM", iv: nonce }) };
}

/** A new key for a person, wrapped by the PIN. */
export async function newKey(pin: string): Promise<{ wrapped: Wrapped; key: CryptoKey }> {
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const wrapped = await wrap(pin, fresh);
  return { wrapped, key: await unwrap(pin, wrapped, false) };
}

/** The person's key, or null for a wrong PIN; it cannot be taken out of the browser. */
export async function openKey(pin: string, wrapped: Wrapped): Promise<CryptoKey | null> {
  try {
    return await unwrap(pin, wrapped, false);
  } catch {
    return null;
  }
}

/** The same key under another PIN, or null for a wrong old one. */
export async function rewrap(old: string, fresh: string, wrapped: Wrapped): Promise<Wrapped | null> {
  try {
    return await wrap(fresh, await unwrap(old, wrapped, true));
  } catch {
    return null;
  }
}

export async function sealBytes(key: CryptoKey, bytes: BufferSource): Promise<Sealed> {
  const nonce = random(NONCE);
  return { nonce, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, bytes) };
}

export function openBytes(key: CryptoKey, sealed: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.nonce }, key, sealed.data);
}

async function squeeze(bytes: Uint8Array<ArrayBuffer>, way: CompressionStream | DecompressionStream): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(way)).arrayBuffer();
}

/** JSON, compressed, sealed: a caseload of 500 families stays far below a megabyte. */
export async function sealJson(key: CryptoKey, value: unknown): Promise<Sealed> {
  const plain = coder.encode(JSON.stringify(value));
  return sealBytes(key, await squeeze(plain, new CompressionStream("gzip")));
}

export async function openJson<T>(key: CryptoKey, sealed: Sealed): Promise<T> {
  const bytes = new Uint8Array(await openBytes(key, sealed));
  return JSON.parse(reader.decode(await squeeze(bytes, new DecompressionStream("gzip")))) as T;
}

/** SHA-256 as lower-case hex. */
export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** UUIDv7 from the phone's clock: sorts by time of making, unique whatever the clock says. */
export function newId(at = Date.now()): string {
  const bytes = random(16);
  for (let place = 5, rest = at; place >= 0; place -= 1, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
