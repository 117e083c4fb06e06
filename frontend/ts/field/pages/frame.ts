// What stands around every page: whose phone, what is unsent, and the four ways at the foot.
import { h, icon, replace, type Child, type Icon } from "../dom";
import type { Sync } from "../sync";
import type { Vault } from "../vault";
import { clock } from "../words";

export type Tab = "hari" | "catat" | "kirim" | "saya";

const TABS: readonly [Tab, Icon, string][] = [
  ["hari", "sun", "Hari ini"],
  ["catat", "plus", "Catat"],
  ["kirim", "send", "Kiriman"],
  ["saya", "chart", "Saya"],
];

/** "menunggu 3", "terkirim 09.12" or "tersimpan di sini": sent only after the server's answer. */
export function sendState(vault: Vault, sync: Sync): { text: string; tone: string } {
  const waiting = vault.inState("ready").length;
  const wrong = vault.inState("wrong").length;
  if (wrong) return { text: `${wrong} perlu diperbaiki`, tone: "wrong" };
  if (sync.status.at === "working" && (waiting || vault.fileCount)) return { text: `mengirim ${waiting || `${vault.fileCount} foto`} …`, tone: "wait" };
  if (waiting) return { text: `menunggu ${waiting}`, tone: "wait" };
  if (vault.fileCount && vault.inState("sent").length) return { text: `menunggu ${vault.fileCount} foto`, tone: "wait" };
  const drafts = vault.drafts.size;
  if (drafts) return { text: `tersimpan di sini ${drafts}`, tone: "wait" };
  const at = vault.standing.synced_at;
  return at ? { text: `terkirim ${clock(new Date(at))}`, tone: "sent" } : { text: "belum pernah terhubung", tone: "wait" };
}

export function pill(vault: Vault, sync: Sync): HTMLElement {
  const node = h("a", { class: "f-pill", href: "#/kirim" });
  const paint = (): void => {
    if (!node.isConnected && node.dataset["drawn"]) {
      sync.removeEventListener("change", paint);
      return;
    }
    const { text, tone } = sendState(vault, sync);
    node.className = `f-pill f-pill--${tone}`;
    replace(node, h("span", { class: "f-pill__dot", "aria-hidden": "true" }), text);
  };
  sync.addEventListener("change", paint);
  paint();
  window.setTimeout(() => (node.dataset["drawn"] = "1"));
  return node;
}

/** A page with its one main action at the foot, above the four ways, where the thumb is. */
export function pageWith(root: Element, vault: Vault, sync: Sync, tab: Tab, title: string, action: Child, ...children: Child[]): void {
  page(root, vault, sync, tab, title, h("div", { class: "f-page--acted" }, children), h("div", { class: "f-thumb" }, action));
}

export function page(root: Element, vault: Vault, sync: Sync, tab: Tab, title: string, ...children: Child[]): void {
  replace(
    root,
    h("header", { class: "f-head" }, h("div", { class: "f-head__who" }, h("p", {}, vault.person.name), pill(vault, sync)), h("h1", {}, title)),
    h("main", { class: "f-page", id: "isi", tabindex: "-1" }, children),
    h(
      "nav",
      { class: "f-tabs", "aria-label": "Halaman" },
      TABS.map(([name, sign, words]) => h("a", { href: `#/${name}`, class: "f-tab", "aria-current": name === tab ? "page" : undefined }, icon(sign), words)),
    ),
  );
}

export function empty(title: string, text: string, ...acts: Child[]): Child {
  return h("section", { class: "f-empty" }, h("h2", {}, title), h("p", {}, text), acts);
}
