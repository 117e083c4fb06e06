// Lists of people: one tap for "present" or for the usual amount; the pad only where it differs.
import { h, icon, say, type Child } from "./dom";
import type { Hand } from "./hand";
import { listAt, mapAt, type Field } from "./screen";
import { amount } from "./words";
import { askCode } from "./widgets/scan";

type Ticks = Extract<Field, { type: "ticks" }>;
type Amounts = Extract<Field, { type: "amounts" }>;

/** A list longer than this gets a field to search it. */
const LONG = 15;
/** What was searched for, by field: it outlives the drawing after each tap. */
const sought = new Map<string, string>();

function finder(field: Ticks, list: HTMLElement): Child {
  if (field.rows.length <= LONG) return null;
  const filter = (text: string): void => {
    sought.set(field.path, text);
    const words = text.toLowerCase().trim();
    for (const item of list.children) (item as HTMLElement).hidden = words !== "" && !(item.textContent ?? "").toLowerCase().includes(words);
  };
  filter(sought.get(field.path) ?? "");
  const input = (event: Event): void => filter((event.target as HTMLInputElement).value);
  return h("input", { type: "search", class: "f-input f-search", "aria-label": "Cari di daftar", placeholder: "Cari di daftar", value: sought.get(field.path) ?? "", on: { input } });
}

function drawTicks(field: Ticks, form: Hand): Child {
  const on = new Set(listAt(form.ctx.body, field.path));
  const keep = (ids: ReadonlySet<string>): void =>
    form.set(field.path, field.ordered ? [...ids] : field.rows.map((row) => row.id).filter((id) => ids.has(id)));
  const chosen = [...on];
  const toggle = (id: string): void => {
    const next = new Set(on);
    if (!next.delete(id)) next.add(id);
    keep(next);
  };
  const scan = async (): Promise<void> => {
    const code = await askCode("Pindai kartu");
    const id = code && field.scan?.(code);
    if (code && !id) say("Kode ini tidak ada di daftar.");
    if (id) keep(new Set([...listAt(form.ctx.body, field.path), id]));
  };
  const all = on.size === field.rows.length;
  const list = h(
    "ul",
    { class: "f-list" },
    field.rows.map((row) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button", class: "f-tick", role: "checkbox", "aria-checked": String(on.has(row.id)), id: `f-${field.path}-${row.id}`,
            on: { click: () => toggle(row.id) },
          },
          h("span", { class: "f-tick__box" }, on.has(row.id) ? (field.ordered ? String(chosen.indexOf(row.id) + 1) : icon("check")) : null),
          h("span", { class: "f-tick__words" }, row.name, row.sub ? h("small", {}, row.sub) : null),
        ),
      ),
    ),
  );
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    h("div", { class: "f-list__head" }, h("h3", {}, field.label), h("p", { class: "f-list__count", role: "status" }, `${on.size} dari ${field.rows.length}`)),
    field.hint ? h("p", { class: "f-hint" }, field.hint) : null,
    h(
      "div",
      { class: "f-list__acts" },
      field.scan ? h("button", { type: "button", class: "f-btn f-btn--line", on: { click: () => void scan() } }, icon("scan"), "Pindai kartu") : null,
      field.ordered && !on.size
        ? null
        : h("button", { type: "button", class: "f-btn f-btn--line", id: `f-${field.path}-semua`, on: { click: () => keep(all || field.ordered ? new Set() : new Set(field.rows.map((row) => row.id))) } }, all || field.ordered ? "Kosongkan" : `Semua ${field.on}`),
    ),
    finder(field, list),
    list,
  );
}

function drawAmounts(field: Amounts, form: Hand): Child {
  const values = mapAt<number | null>(form.ctx.body, field.path);
  const total = field.rows.reduce((sum, row) => sum + (values[row.id] ?? 0), 0);
  const many = field.rows.filter((row) => values[row.id]).length;
  const pad = (index: number): void => {
    const row = field.rows[index];
    if (!row) return;
    const next = index + 1 < field.rows.length ? () => pad(index + 1) : null;
    form.openAmount(`${field.path}.${row.id}`, row.name, field.unit, field.most, next);
  };
  const everybody = (): void =>
    form.change((body) => {
      body[field.path] = Object.fromEntries(field.rows.map((row) => [row.id, values[row.id] ?? field.usual]));
    });
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    h("div", { class: "f-list__head" }, h("h3", {}, field.label), h("p", { class: "f-list__count", role: "status" }, `${many} orang · ${amount(total, field.unit)}`)),
    field.hint ? h("p", { class: "f-hint" }, field.hint) : null,
    field.usual === null
      ? null
      : h("div", { class: "f-list__acts" }, h("button", { type: "button", class: "f-btn f-btn--line", id: `f-${field.path}-semua`, on: { click: everybody } }, `Semua ${amount(field.usual, field.unit)}`)),
    h(
      "ul",
      { class: "f-list" },
      field.rows.map((row, index) => {
        const value = values[row.id] ?? null;
        const usual = (): void => form.set(`${field.path}.${row.id}`, value === null ? field.usual : null);
        return h(
          "li",
          { class: "f-pay", "data-path": `${field.path}.${row.id}` },
          h(
            "button",
            {
              type: "button", class: "f-tick", role: "checkbox", "aria-checked": String(value !== null && value > 0), id: `f-${field.path}-${row.id}`,
              on: { click: () => (field.usual === null ? pad(index) : usual()) },
            },
            h("span", { class: "f-tick__box" }, value ? icon("check") : null),
            h("span", { class: "f-tick__words" }, row.name, row.sub ? h("small", {}, row.sub) : null),
          ),
          h("button", { type: "button", class: "f-pay__sum", "aria-label": `Jumlah ${row.name}`, on: { click: () => pad(index) } }, value === null ? "isi" : amount(value, field.unit)),
        );
      }),
    ),
  );
}

export function drawList(field: Ticks | Amounts, form: Hand): Child {
  return field.type === "ticks" ? drawTicks(field, form) : drawAmounts(field, form);
}
