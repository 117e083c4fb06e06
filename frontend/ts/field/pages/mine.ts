// Saya: my month, my report, my PIN, and what this phone holds.
import { Offline, Refusal } from "../api";
import { ask, h, icon, replace, say, type Child } from "../dom";
import { changePin } from "../keeper";
import { monthFigures, type MonthFigures } from "../rules";
import { textAt } from "../screen";
import type { Sync } from "../sync";
import type { Vault } from "../vault";
import { clock, longDay, monthName, size } from "../words";
import { PinEntry, otherLanguage } from "./gate";
import { page } from "./frame";

/** More packs than these are folded away. */
const FEW = 2;

interface Told {
  month: string;
  visits_target: number;
  visits_done: number;
  visits_last_month: number;
}

function figures(vault: Vault, today: string): MonthFigures {
  const told = [...vault.rows("target").values()][0] as unknown as Told | undefined;
  const since = vault.standing.pulled_at;
  const unsent = [...vault.records.values()]
    .filter((record) => record.kind === "visit" && record.state !== "wrong")
    .filter((record) => !record.sent_at || Date.parse(record.sent_at) > since)
    .map((record) => ({ on: textAt(record.body, "on"), same: record.body["same_as_last"] === true, placed: Boolean(record.body["position"]) }));
  return monthFigures(told ?? null, unsent, today);
}

function against(now: MonthFigures): string {
  if (!now.before) return "Bulan lalu belum ada kunjungan.";
  const change = now.done - now.before;
  if (change === 0) return `Sama dengan bulan lalu (${now.before}).`;
  return change > 0 ? `${change} lebih banyak dari bulan lalu (${now.before}).` : `${-change} kurang dari bulan lalu (${now.before}).`;
}

function month(vault: Vault, today: string): Child {
  const now = figures(vault, today);
  const left = Math.max(0, now.target - now.done);
  return h(
    "section",
    { class: "f-month" },
    h("h2", {}, monthName(today)),
    h("p", { class: "f-month__sum" }, h("b", {}, String(now.done)), now.target ? ` dari ${now.target} kunjungan` : " kunjungan"),
    now.target ? h("progress", { max: now.target, value: Math.min(now.done, now.target), "aria-label": `${now.done} dari ${now.target} kunjungan` }) : null,
    h("p", {}, now.target && !left ? "Target bulan ini tercapai." : now.target ? `Tinggal ${left} lagi.` : "Kantor belum menetapkan target."),
    h("p", { class: "f-hint" }, against(now)),
  );
}

/** This role visits businesses: it has a month to reach and a report to sign. */
function visits(vault: Vault): boolean {
  return vault.rows("business").size > 0 || vault.rows("target").size > 0;
}

/** The month in one line for the head of the day's list; it leads to the whole of it. */
export function monthLine(vault: Vault, today: string): Child {
  const now = figures(vault, today);
  if (!now.target) return null;
  const words = `${now.done} dari ${now.target} kunjungan bulan ini`;
  return h("a", { class: "f-line", href: "#/saya" }, h("span", {}, words), h("progress", { max: now.target, value: Math.min(now.done, now.target), "aria-hidden": "true" }));
}

async function report(sync: Sync, name: string): Promise<void> {
  try {
    const blob = await sync.api.report(name);
    const link = h("a", { href: URL.createObjectURL(blob), download: `laporan-${name}.pdf` });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    if (error instanceof Offline) say("Laporan dibuat di kantor: coba lagi bila ada sinyal.");
    else if (error instanceof Refusal) say(error.detail || "Laporan belum dapat dibuat.");
    else throw error;
  }
}

function pin(vault: Vault, host: HTMLElement): void {
  const back = (text: string): void => {
    replace(host, h("p", { class: "f-kept", role: "status" }, text));
  };
  const old = new PinEntry("PIN sekarang", async (before) => {
    const fresh = new PinEntry("PIN baru", async (after) => {
      back((await changePin(vault.person, before, after)) ? "PIN sudah diganti." : "PIN lama salah; PIN tidak diganti.");
      return "";
    });
    replace(host, fresh.node);
    return "";
  });
  replace(host, old.node);
}

async function storage(host: HTMLElement): Promise<void> {
  const kept = await navigator.storage?.persisted?.();
  const used = await navigator.storage?.estimate?.();
  const text = used?.usage === undefined ? "" : ` Terpakai ${size(used.usage)}.`;
  const ask_ = async (): Promise<void> => {
    await navigator.storage?.persist?.();
    await storage(host);
  };
  replace(
    host,
    kept
      ? h("p", { class: "f-kept" }, icon("check"), `Peramban berjanji menyimpan catatan ini.${text}`)
      : [
          h("p", { class: "f-note f-note--warn" }, icon("warn"), `Peramban belum berjanji menyimpan catatan ini: bila HP penuh, isinya dapat terhapus. Kirim sesering mungkin, atau pasang aplikasi di layar utama.${text}`),
          h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => void ask_() } }, "Minta disimpan tetap"),
        ],
  );
}

function packs(vault: Vault): Child {
  const rows = [...vault.packs.values()];
  const list = h(
    "ul",
    { class: "f-packs" },
    rows.map((pack) => h("li", {}, h("b", {}, pack.title), h("span", {}, `${new Set(pack.rows.map((row) => row.id)).size} data, sampai ${longDay(pack.expires_at)}`))),
  );
  if (rows.length <= FEW) return list;
  return h("details", { class: "f-part--fold" }, h("summary", {}, `${rows.length} daftar di HP ini`), list);
}

export function mine(root: Element, vault: Vault, sync: Sync, today: string, lock: () => void, leave: () => Promise<void>): void {
  const pinHost = h("div", {}, h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => pin(vault, pinHost) } }, "Ganti PIN"));
  const storageHost = h("div", {});
  const synced = vault.standing.synced_at;
  const out = async (): Promise<void> => {
    const unsent = vault.unsentCount() + vault.drafts.size;
    const text = unsent ? `Ada ${unsent} catatan yang belum terkirim; semuanya ikut terhapus. Kirim atau simpan sebagai berkas dahulu.` : "Data Anda di HP ini dihapus. Yang sudah terkirim tetap ada di kantor.";
    if (await ask("Keluar dari HP ini?", text, "Hapus dan keluar")) await leave();
  };
  const last = new Date(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 2, 1);
  const before = `${last.getFullYear()}-${String(last.getMonth() + 1).padStart(2, "0")}`;
  page(
    root, vault, sync, "saya", "Saya",
    visits(vault)
      ? [
          month(vault, today),
          h(
            "section",
            { class: "f-part" },
            h("h2", {}, "Laporan bulanan untuk ditandatangani"),
            h("button", { class: "f-btn f-btn--main", type: "button", on: { click: () => void report(sync, today.slice(0, 7)) } }, icon("book"), `Laporan ${monthName(today)} (PDF)`),
            h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => void report(sync, before) } }, `Laporan ${monthName(before)} (PDF)`),
          ),
        ]
      : null,
    h(
      "section",
      { class: "f-part" },
      h("h2", {}, "HP ini"),
      h("p", { class: "f-hint" }, synced ? `Terhubung terakhir ${clock(new Date(synced))}.` : "Belum pernah terhubung."),
      packs(vault),
      storageHost,
      pinHost,
      h("button", { class: "f-btn f-btn--line", type: "button", on: { click: lock } }, icon("lock"), "Kunci sekarang"),
      h("p", {}, h("button", { class: "f-link", type: "button", on: { click: () => void out() } }, "Keluar dan hapus data saya dari HP ini")),
    ),
    h("section", { class: "f-part" }, h("h2", {}, "Bahasa"), otherLanguage(() => mine(root, vault, sync, today, lock, leave))),
    help(),
  );
  void storage(storageHost);
}

function help(): Child {
  return h(
    "details",
    { class: "f-part f-part--fold" },
    h("summary", {}, "Bantuan"),
    h(
      "ul",
      { class: "f-help" },
      h("li", {}, "Setiap sentuhan langsung tersimpan. Bila HP mati, buka lagi: Anda kembali ke isian yang sama."),
      h("li", {}, "“Terkirim” muncul hanya setelah kantor menjawab. Sebelum itu catatan “menunggu” di HP ini."),
      h("li", {}, "Cukup ketik yang berubah. “Sisanya sama” mengisi yang lain dari kunjungan lalu."),
      h("li", {}, "HP hilang? Hubungi kantor. HP itu diputus dan menghapus isinya saat terhubung; tanpa PIN isinya tidak terbaca."),
      h("li", {}, "Lupa PIN? Catatan yang belum terkirim tidak dapat dibuka siapa pun. Daftarkan HP sekali lagi."),
    ),
  );
}
