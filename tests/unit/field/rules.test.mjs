// Rules of the field app, run on the very modules that the bundle is made of.
import assert from "node:assert/strict";
import { test } from "node:test";

const { api, rules, words, seal, sync, nik, screen, tongue, contest } = await import(process.env.FIELD_BUNDLE);

test("numbers are written with dots and read back without", () => {
  assert.equal(words.rupiah(1250000), "Rp1.250.000");
  assert.equal(words.rupiah(-500), "-Rp500");
  assert.equal(words.dots(0), "0");
  assert.equal(words.digits("Rp1.250.000"), 1250000);
  assert.equal(words.digits(""), null);
  assert.equal(words.digits("007"), 7);
});

test("days are told as Indonesians tell them", () => {
  assert.equal(words.longDay("2026-10-31"), "31 Oktober 2026");
  assert.equal(words.weekday("2026-10-31"), "Sabtu");
  assert.equal(words.clock(new Date(2026, 9, 31, 9, 5)), "09.05");
  assert.equal(words.daysBetween("2026-02-27", "2026-03-02"), 3);
  assert.equal(words.addDays("2026-12-30", 3), "2027-01-02");
  assert.equal(words.distance(2440), "2,4 km");
  assert.equal(words.initials("Sri Wahyuni (contoh)"), "SW");
});

const HERE = { lat: -7.7, lon: 114 };
const rows = [
  { id: "far-high", risk: 90, due_on: "2026-10-20", place: { lat: -7.9, lon: 114 } },
  { id: "near-high", risk: 70, due_on: "2026-10-25", place: { lat: -7.71, lon: 114 } },
  { id: "low-late", risk: 5, due_on: "2026-09-01", place: { lat: -7.7, lon: 114 } },
  { id: "middle", risk: 40, due_on: "2026-11-30", place: null },
  { id: "high-later", risk: 95, due_on: "2026-12-24", place: { lat: -7.7, lon: 114 } },
];

test("whom to visit: risk first, then the week it is due, then the way", () => {
  const ids = (order, here) => rules.inOrder(rows, order, "2026-10-31", here).map((row) => row.id);
  assert.deepEqual(ids("urgent", HERE), ["near-high", "far-high", "high-later", "middle", "low-late"]);
  assert.deepEqual(ids("urgent", null), ["far-high", "near-high", "high-later", "middle", "low-late"]);
  assert.deepEqual(ids("due", HERE)[0], "low-late");
  assert.deepEqual(ids("near", HERE).at(-1), "middle");
  assert.equal(rules.when("2026-10-30", "2026-10-31"), "late");
  assert.equal(rules.when("2026-11-07", "2026-10-31"), "week");
  assert.equal(rules.when("2026-11-08", "2026-10-31"), "later");
});

test("distance over the ground", () => {
  // one degree of latitude is 111.2 km on a sphere of 6,371 km
  assert.ok(Math.abs(rules.metres({ lat: 0, lon: 0 }, { lat: 1, lon: 0 }) - 111_195) < 10);
  assert.equal(rules.metres(HERE, HERE), 0);
});

test("my month counts what the office knows and what it does not know yet", () => {
  const told = { month: "2026-10", visits_target: 12, visits_done: 4, visits_last_month: 9 };
  const mine = [
    { on: "2026-10-30", same: true, placed: false },
    { on: "2026-10-31", same: false, placed: true },
    { on: "2026-09-30", same: false, placed: true },
  ];
  assert.deepEqual(rules.monthFigures(told, mine, "2026-10-31"), { done: 6, target: 12, before: 9, same: 1, placeless: 1 });
  // The first of November, not yet fetched: October's count is now the month before.
  assert.equal(rules.monthFigures(told, [], "2026-11-01").before, 4);
  assert.equal(rules.monthFigures(told, [], "2026-11-01").done, 0);
  assert.equal(rules.monthFigures(null, mine, "2026-10-31").done, 2);
});

test("trying again: later each time, at most ten minutes, spread", () => {
  assert.ok(rules.backoff(0, 0.5) === 5);
  assert.ok(rules.backoff(3, 0.5) === 40);
  assert.ok(rules.backoff(50, 1) <= 750);
  assert.ok(rules.backoff(4, 0) < rules.backoff(4, 1));
});

test("batches are small, and a large record goes alone", () => {
  const sizes = (batch) => batch.map((record) => record.size);
  const batch = (list, most, bytes) => sizes(rules.firstBatch(list.map((size) => ({ size })), (record) => record.size, most, bytes));
  assert.deepEqual(batch([10, 10, 10], 2, 100), [10, 10]);
  assert.deepEqual(batch([60, 50, 10], 25, 100), [60]);
  assert.deepEqual(batch([500, 1], 25, 100), [500]);
  assert.deepEqual(batch([], 25, 100), []);
});

test("a wrong PIN costs more and more time", () => {
  assert.deepEqual([4, 5, 6, 7].map(rules.pinWait), [0, 30, 60, 120]);
  assert.equal(rules.pinWait(40), 3600);
});

test("what is sealed opens with the PIN and with no other", async () => {
  const { wrapped, key } = await seal.newKey("258036");
  const sealed = await seal.sealJson(key, { omzet: 1500000, nama: "Sri" });
  assert.equal(Buffer.from(sealed.data).includes("Sri"), false);
  assert.equal(await seal.openKey("258037", wrapped), null);
  const opened = await seal.openKey("258036", wrapped);
  assert.deepEqual(await seal.openJson(opened, sealed), { omzet: 1500000, nama: "Sri" });
  await assert.rejects(crypto.subtle.exportKey("raw", opened));
  const other = await seal.rewrap("258036", "904417", wrapped);
  assert.deepEqual(await seal.openJson(await seal.openKey("904417", other), sealed), { omzet: 1500000, nama: "Sri" });
  assert.equal(await seal.rewrap("111111", "904417", wrapped), null);
  sealed.data = sealed.data.slice(0, -1);
  await assert.rejects(seal.openJson(key, sealed));
});

test("ids sort by time and never repeat", () => {
  const ids = Array.from({ length: 500 }, () => seal.newId());
  assert.equal(new Set(ids).size, 500);
  assert.match(ids[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(seal.newId(1000) < seal.newId(2000));
});

test("a NIK is readable by the server's key only", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const raw = Buffer.from(await crypto.subtle.exportKey("raw", pair.publicKey));
  const envelope = await nik.sealNik("3512045001859001", { id: 3, alg: "", public: raw.toString("base64url") });
  assert.equal(envelope.key, 3);
  assert.equal(JSON.stringify(envelope).includes("9001"), false);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const epk = await crypto.subtle.importKey("raw", Buffer.from(envelope.epk, "base64url"), curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: epk }, pair.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("berdaya/nik-seal/1");
  const aes = { name: "AES-GCM", length: 256 };
  const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info }, base, aes, false, ["decrypt"]);
  const iv = Buffer.from(envelope.iv, "base64url");
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, Buffer.from(envelope.ct, "base64url"));
  assert.equal(Buffer.from(plain).toString(), "3512045001859001");
  await assert.rejects(nik.sealNik("35120450", { id: 1, alg: "", public: raw.toString("base64url") }));
});

test("changes of a pack: newer rows replace, and what hangs on a family that left goes with it", () => {
  const held = {
    kind: "caseload", subject: "m", title: "", expires_at: "a",
    rows: [
      { store: "business", id: "b1", body: { name: "lama" } },
      { store: "asset", id: "a0", body: { business: "b1", name: "dikembalikan" } },
      { store: "asset", id: "a1", body: { business: "b1", name: "lama" } },
      { store: "business", id: "b2", body: {} },
      { store: "asset", id: "a2", body: { business: "b2" } },
      { store: "last_visit", id: "b2", body: { business: "b2" } },
    ],
  };
  const change = {
    kind: "caseload", subject: "m", expires_at: "b", replace: false,
    rows: [
      { store: "business", id: "b1", body: { name: "baru" } },
      { store: "asset", id: "a1", body: { business: "b1", name: "baru" } },
      { store: "business", id: "b3", body: {} },
    ],
    removed: [{ store: "business", id: "b2", reason: "handed_over" }],
  };
  const after = sync.merged(held, change);
  assert.deepEqual(after.rows.map((row) => row.id), ["b1", "a1", "b3"], "a changed family comes whole: what went back is gone");
  assert.equal(after.rows[1].body.name, "baru");
  assert.equal(after.rows[0].body.name, "baru");
  assert.equal(after.expires_at, "b");
  assert.deepEqual(sync.merged(held, { ...change, replace: true }).rows.length, 3);
});

test("paths reach into a body and make what is missing", () => {
  const body = {};
  screen.put(body, "a.b.c", 5);
  assert.equal(screen.at(body, "a.b.c"), 5);
  assert.equal(screen.numberAt(body, "a.x"), null);
  assert.deepEqual(screen.listAt(body, "a"), []);
});

test("the mean of a jury's sheet goes by weight and counts only what is marked", () => {
  const criteria = [["Mutu", 60], ["Kemasan", 40]];
  assert.equal(contest.weighted(criteria, { Mutu: 80, Kemasan: 70 }), 76);
  assert.equal(contest.weighted(criteria, { Mutu: 80, Kemasan: null }), 80);
  assert.equal(contest.weighted(criteria, {}), null);
  assert.equal(contest.weighted([["A", 1], ["B", 2]], { A: 100, B: 0 }), 33.33);
});

test("English is looked up where words meet the screen; names and figures stay", () => {
  globalThis.document = { documentElement: {} };
  assert.equal(tongue.tr("Simpan kunjungan"), "Simpan kunjungan");
  tongue.speak("en");
  assert.equal(tongue.tr("Simpan kunjungan"), "Save visit");
  assert.equal(tongue.tr("menunggu 3"), "waiting 3");
  assert.equal(tongue.tr("3 dari 12"), "3 of 12");
  assert.equal(tongue.tr(" Sudah saya baca "), " I have read this ");
  assert.equal(tongue.tr("Warung Bu Siti dari Kupang"), "Warung Bu Siti dari Kupang");
  assert.equal(tongue.tr("Bu Siti · belum dinilai"), "Bu Siti · not marked yet");
  assert.equal(tongue.tr("Jangan serahkan: pensiunan. Simpan barangnya; kantor memeriksa."), "Do not hand over: pensioner. Keep the goods; the office looks into it.");
  assert.equal(tongue.tr("$& {} (satu)"), "$& {} (satu)");
  assert.equal(words.longDay("2026-10-31"), "31 October 2026");
  assert.equal(words.weekday("2026-10-31"), "Saturday");
  tongue.speak("id");
  assert.equal(words.longDay("2026-10-31"), "31 Oktober 2026");
});

test("parts of a photo fit the line", () => {
  const most = 256 * 1024;
  const size = (from, ...seconds) => seconds.reduce((part, took) => rules.partSize(part, took, most), from);
  assert.equal(size(rules.PART_FIRST, 0.3, 0.3, 0.3), most);
  // 100 kbit/s carry 64 KB in five seconds: left as it is; 20 kbit/s do not.
  assert.equal(size(rules.PART_FIRST, 5), rules.PART_FIRST);
  assert.equal(size(rules.PART_FIRST, 26), rules.PART_FIRST / 2);
  assert.equal(size(most, null), most / 4);
  assert.equal(size(most, null, null, null, null, null), 16 * 1024);
});

test("an answer that dies in the middle ends as offline, one that trickles is read to its end", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = globalThis;
  const steps = [];
  const answering = (ends) => async (_address, { signal }) => {
    const text = ['{"id": "a", ', '"received": 1, ', '"state": "partial"}'];
    const body = new ReadableStream({
      start(line) {
        signal.addEventListener("abort", () => line.error(new Error("aborted")));
        steps.push((at) => (at < text.length ? line.enqueue(new TextEncoder().encode(text[at])) : ends && line.close()));
      },
    });
    return new Response(body, { headers: { "Content-Type": "application/json" } });
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const walk = async (ends) => {
    steps.length = 0;
    globalThis.fetch = answering(ends);
    const told = new api.Server("bdd_x").part("a").catch((error) => error);
    await settle();
    for (let at = 0; at < 4; at += 1) {
      steps[0](at);
      await settle();
      t.mock.timers.tick(30_000);
      await settle();
    }
    t.mock.timers.tick(30_000);
    return told;
  };
  assert.deepEqual(await walk(true), { id: "a", received: 1, state: "partial" });
  assert.ok((await walk(false)) instanceof api.Offline);
});
