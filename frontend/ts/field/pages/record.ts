// Catat: every kind of record that happens outdoors, then what it is about.
import { h, icon, replace, say, type Child } from "../dom";
import type { Screen } from "../screen";
import { SCREENS, screenOf } from "../screens/index";
import type { Sync } from "../sync";
import type { Vault } from "../vault";
import { askCode } from "../widgets/scan";
import { empty, page } from "./frame";

const LIMIT = 60;

/** What can be recorded with what this phone holds; null where that is nothing. */
export function kindList(vault: Vault): Child {
  const open = SCREENS.filter((screen) => may(vault, screen)).map((screen) => ({ screen, count: screen.targets(vault).length })).filter((item) => item.count > 0);
  return open.length ? h("ul", { class: "f-kinds" }, open.map(({ screen, count }) => kind(screen, count))) : null;
}

export function kinds(root: Element, vault: Vault, sync: Sync): void {
  page(
    root, vault, sync, "catat", "Catat",
    kindList(vault) ??
      empty("Belum ada yang dapat dicatat", "Daftar dari kantor belum ada di HP ini. Buka Kiriman, lalu ketuk Kirim dan ambil sekarang."),
  );
}

export function may(vault: Vault, screen: Screen): boolean {
  const known = vault.me.kinds.some((kind) => kind.name === screen.kind);
  return known && (vault.me.permissions?.includes(screen.permission) ?? true);
}

function kind(screen: Screen, count: number): Child {
  return h(
    "li",
    {},
    h("a", { class: "f-kind", href: `#/pilih/${screen.kind}` }, icon(screen.icon), h("span", {}, screen.title, h("small", {}, `${count} di HP ini`)), icon("next")),
  );
}

/** Why a list is empty: all of it is done, or the office has sent none. */
function nothing(vault: Vault, screen: Screen): Child {
  const done = vault.me.kinds.length > 0 && [...vault.records.values()].some((record) => record.kind === screen.kind && record.state !== "wrong");
  return done
    ? empty("Semua sudah tercatat", "Tidak ada lagi di daftar HP ini. Kiriman menunjukkan mana yang sudah sampai di kantor.")
    : empty("Belum ada di daftar HP ini", "Kantor menyiapkan daftarnya menjelang hari kegiatan. Bila seharusnya sudah ada: buka Kiriman, ketuk Kirim dan ambil sekarang, lalu hubungi operator.");
}

export function choose(root: Element, vault: Vault, sync: Sync, kindName: string): void {
  const screen = screenOf(kindName);
  if (!screen) {
    location.hash = "#/catat";
    return;
  }
  const all = screen.targets(vault).sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.title.localeCompare(b.title, "id"));
  const scan = async (): Promise<void> => {
    const code = await askCode("Pindai kartu");
    const found = code && all.find((item) => item.code?.toUpperCase() === code);
    if (found) location.hash = `#/isi/${screen.kind}/${found.id}`;
    else if (code) say("Kode ini tidak ada di daftar hari ini.");
  };
  const list = h("ul", { class: "f-cards" });
  const paint = (words: string): void => {
    const fit = all.filter((item) => `${item.title} ${item.sub}`.toLowerCase().includes(words.toLowerCase().trim()));
    replace(
      list,
      fit.slice(0, LIMIT).map((item) =>
        h("li", {}, h("a", { class: "f-card", href: `#/isi/${screen.kind}/${item.id}` }, h("span", { class: "f-card__name" }, item.title, h("small", {}, item.sub)), item.mark ? h("span", { class: "f-card__facts" }, h("b", {}, item.mark)) : null)),
      ),
    );
  };
  paint("");
  page(
    root, vault, sync, "catat", screen.which,
    all.some((item) => item.code)
      ? h("div", { class: "f-field" }, h("button", { type: "button", class: "f-btn f-btn--main", on: { click: () => void scan() } }, icon("scan"), "Pindai kartu"))
      : null,
    all.length > 8
      ? h("input", { type: "search", class: "f-input f-search", "aria-label": "Cari", placeholder: "Cari", on: { input: (event) => paint((event.target as HTMLInputElement).value) } })
      : null,
    all.length ? list : nothing(vault, screen),
    h("p", {}, h("a", { class: "f-link", href: "#/catat" }, "Jenis catatan lain")),
  );
}
