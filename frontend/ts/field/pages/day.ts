// Hari ini: whom to visit, and what is still to be finished.
import { h, icon, replace, type Child } from "../dom";
import { inOrder, metres, riskBand, when, type Order, type Place } from "../rules";
import { textAt } from "../screen";
import { placeOf } from "../screens/business";
import { screenOf } from "../screens/index";
import { freshNote, type Business } from "../screens/visit";
import { kindOf, tr } from "../tongue";
import type { Sync } from "../sync";
import type { Vault } from "../vault";
import { daysBetween, distance, longDay, shortDay, weekday } from "../words";
import { whereAmI } from "../widgets/place";
import { empty, page } from "./frame";
import { monthLine } from "./mine";
import { queues } from "./queues";
import { kindList } from "./record";

interface Line {
  id: string;
  risk: number;
  due_on: string;
  place: Place | null;
  row: Business;
}

const ORDERS: readonly [Order, string][] = [["urgent", "Mendesak"], ["due", "Tenggat"], ["near", "Terdekat"]];
const HEADS = { late: "Lewat tenggat", week: "Minggu ini", later: "Nanti" } as const;
const FIRST = 30;
let order: Order = "urgent";
let here: Place | null = null;
let sought = "";

/** Businesses that this phone has visited in the month of `today`. */
export function visited(vault: Vault, today: string): Set<string> {
  const month = today.slice(0, 7);
  const done = new Set<string>();
  for (const record of vault.records.values()) {
    if (record.kind === "visit" && record.state !== "wrong" && textAt(record.body, "on").startsWith(month)) done.add(record.subject);
  }
  return done;
}

function lines(vault: Vault): Line[] {
  return [...vault.rows<Business>("business")].map(([id, row]) => ({
    id, row, risk: Number(row.risk ?? 0), due_on: String(row.due_on ?? ""), place: placeOf(row),
  }));
}

function due(line: Line, today: string): string {
  if (!line.due_on) return "";
  const days = daysBetween(today, line.due_on);
  if (days < 0) return `lewat ${-days} hari`;
  return days === 0 ? "hari ini" : days <= 7 ? `${days} hari lagi` : shortDay(line.due_on);
}

const RISK = ["perlu perhatian", "sedang", "aman"] as const;

function card(vault: Vault, line: Line, today: string, done: boolean): Child {
  const band = riskBand(line.risk);
  const way = here && line.place ? distance(metres(here, line.place)) : "";
  const draft = [...vault.drafts.values()].find((item) => item.kind === "visit" && item.subject === line.id);
  return h(
    "li",
    {},
    h(
      "a",
      { class: `f-card f-card--${["high", "middle", "low"][band] ?? "low"}`, href: draft ? `#/draf/${draft.id}` : `#/isi/visit/${line.id}` },
      h("span", { class: "f-card__name" }, line.row.name, h("small", {}, [line.row.owner === line.row.name ? "" : line.row.owner, kindOf(line.row)].filter(Boolean).join(" · "))),
      h(
        "span",
        { class: "f-card__facts" },
        draft ? h("b", { class: "f-card__draft" }, "draf") : done ? h("b", { class: "f-card__done" }, icon("check"), "sudah") : h("b", {}, due(line, today)),
        h("span", {}, [line.row.area_name.split(",")[0], way].filter(Boolean).join(", ")),
        !done && vault.rows("handover_note").size && freshNote(vault, line.id) ? h("span", { class: "f-card__risk" }, "ada titipan") : null,
        band < 2 && !done ? h("span", { class: "f-card__risk" }, RISK[band] ?? "") : null,
      ),
    ),
  );
}

function groups(vault: Vault, all: readonly Line[], today: string): Child[] {
  const done = visited(vault, today);
  const open = inOrder(all.filter((line) => !done.has(line.id)), order, today, here);
  const out: Child[] = [];
  const list = (title: string, rows: readonly Line[], finished: boolean): void => {
    if (!rows.length) return;
    const shown = rows.slice(0, FIRST);
    out.push(
      h("h2", { class: "f-sub" }, title, h("span", {}, String(rows.length))),
      h("ul", { class: "f-cards" }, shown.map((line) => card(vault, line, today, finished))),
      rows.length > FIRST ? h("p", { class: "f-hint" }, `${rows.length - FIRST} lainnya: cari dengan nama.`) : null,
    );
  };
  if (order === "near") list("Dari yang terdekat", open, false);
  else for (const part of ["late", "week", "later"] as const) list(HEADS[part], open.filter((line) => when(line.due_on, today) === part), false);
  list("Sudah dikunjungi bulan ini", all.filter((line) => done.has(line.id)), true);
  return out;
}

function unfinished(vault: Vault): Child {
  const drafts = [...vault.drafts.values()];
  if (!drafts.length) return null;
  return h(
    "section",
    { class: "f-drafts" },
    h("h2", { class: "f-sub" }, "Belum selesai", h("span", {}, String(drafts.length))),
    h(
      "ul",
      { class: "f-cards" },
      drafts.map((draft) => {
        const screen = screenOf(draft.kind);
        return h(
          "li",
          {},
          h(
            "a",
            { class: "f-card f-card--draft", href: `#/draf/${draft.id}` },
            h("span", { class: "f-card__name" }, screen?.heading(vault, draft.subject).title ?? draft.kind, h("small", {}, screen?.title ?? "")),
            h("span", { class: "f-card__facts" }, h("b", { class: "f-card__draft" }, "lanjutkan")),
          ),
        );
      }),
    ),
  );
}

function handedOver(vault: Vault, sync: Sync): Child {
  const { left } = vault.standing;
  if (!left.length) return null;
  const read = async (): Promise<void> => {
    vault.standing.left = [];
    await vault.keepStanding();
    sync.dispatchEvent(new Event("change"));
  };
  return h(
    "section",
    { class: "f-note" },
    left.map((item) => h("p", {}, h("b", {}, `${item.name} diserahkan kepada ${item.to || "pendamping lain"}.`), ` ${item.note}`)),
    h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => void read() } }, "Sudah saya baca"),
  );
}

/** Told until it was read: a warning that stands there every day is seen by nobody, and takes the place of the list. */
function notPromised(vault: Vault, sync: Sync): Child {
  const read = async (): Promise<void> => {
    vault.standing.warned = true;
    await vault.keepStanding();
    sync.dispatchEvent(new Event("change"));
  };
  return h(
    "section",
    { class: "f-note f-note--warn" },
    h("p", {}, "Peramban belum berjanji menyimpan catatan di HP ini. ", h("a", { class: "f-link", href: "#/saya" }, "Apa artinya?")),
    h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => void read() } }, "Sudah saya baca"),
  );
}

export function day(root: Element, vault: Vault, sync: Sync, today: string): void {
  const all = lines(vault);
  const list = h("div", {});
  const paint = (): void => {
    const words = sought.toLowerCase().trim();
    const fit = words ? all.filter((line) => `${line.row.name} ${line.row.owner} ${line.row.area_name}`.toLowerCase().includes(words)) : all;
    replace(list, fit.length ? groups(vault, fit, today) : h("p", { class: "f-hint" }, "Tidak ada nama seperti itu."));
  };
  const tabs = h(
    "div",
    { class: "f-order", role: "group", "aria-label": "Urutan" },
    ORDERS.map(([name, words]) => {
      const pick = async (): Promise<void> => {
        order = name;
        for (const button of tabs.children) button.setAttribute("aria-pressed", String(button.textContent === tr(words)));
        if (name === "near" && !here) {
          const found = await whereAmI();
          if ("position" in found) here = found.position;
        }
        paint();
      };
      return h("button", { type: "button", class: "f-order__way", "aria-pressed": String(order === name), on: { click: () => void pick() } }, words);
    }),
  );
  const search = h("input", {
    type: "search", class: "f-input f-search", "aria-label": "Cari nama usaha, pemilik, atau desa", placeholder: "Cari nama atau desa", value: sought,
    on: {
      input: (event) => {
        sought = (event.target as HTMLInputElement).value;
        paint();
      },
    },
  });
  page(
    root, vault, sync, "hari", `${weekday(today)}, ${longDay(today)}`,
    handedOver(vault, sync),
    unfinished(vault),
    vault.promised === false && !vault.standing.warned ? notPromised(vault, sync) : null,
    all.length
      ? [monthLine(vault, today), tabs, all.length > 8 ? search : null, list]
      : nothingToVisit(vault, today),
  );
  paint();
}

/** Whoever visits nobody sees what there is to record instead; an empty phone is told why it is empty. */
function nothingToVisit(vault: Vault, today: string): Child {
  const list = kindList(vault);
  if (list) return [queues(vault, today), h("h2", { class: "f-sub" }, "Yang dapat dicatat sekarang"), list];
  return empty("Belum ada daftar kunjungan", vault.standing.pulled_at ? "Kantor belum memberi Anda usaha binaan. Hubungi operator bila ini keliru." : "Daftar diambil dari kantor begitu ada sinyal.");
}
