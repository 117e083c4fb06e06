// The service worker: the app's own files from the phone first, everything else from the network untouched.
// `KEPT` stands above this text as the server wrote it: a version that follows the content, and what to keep.
interface Kept {
  version: string;
  shell: string;
  files: string[];
}
interface Life extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Ask extends Life {
  request: Request;
  respondWith(answer: Promise<Response> | Response): void;
}
interface Told extends Life {
  data: unknown;
}
interface Scope {
  KEPT: Kept;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
  addEventListener(kind: "install" | "activate", work: (event: Life) => void): void;
  addEventListener(kind: "fetch", work: (event: Ask) => void): void;
  addEventListener(kind: "message", work: (event: Told) => void): void;
}

const scope = self as unknown as Scope;
const { version, shell, files } = scope.KEPT;
const PREFIX = "berdaya-lapangan-";
const NAME = PREFIX + version;

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  // Past the browser's own cache: a half-updated app would be worse than an old one.
  await cache.addAll([shell, ...files].map((address) => new Request(address, { cache: "reload" })));
}

async function tidy(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

async function answer(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(address)) ?? fetch(request);
}

scope.addEventListener("install", (event) => event.waitUntil(keep()));
scope.addEventListener("activate", (event) => event.waitUntil(tidy()));
// The page says when: an update waits until nobody is writing.
scope.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(scope.skipWaiting());
});
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== scope.location.origin) return;
  if (request.mode === "navigate" && url.pathname === shell) event.respondWith(answer(request, shell));
  else if (files.includes(url.pathname)) event.respondWith(answer(request, url.pathname));
});
