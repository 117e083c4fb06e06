// A NIK read from a KTP is sealed to the server's key at once; the phone keeps the envelope only.
import type { Body, ServerKey } from "./types";

const INFO = new TextEncoder().encode("berdaya/nik-seal/1");

function base64url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** The envelope of 16 digits for the server's public key. */
export async function sealNik(digits: string, server: ServerKey): Promise<Body> {
  if (!/^\d{16}$/.test(digits)) throw new Error("nik_shape");
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", fromBase64url(server.public), curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: INFO },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(digits));
  const epk = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey));
  return { v: 1, key: server.id, epk: base64url(epk), iv: base64url(iv), ct: base64url(new Uint8Array(ct)) };
}
