// The number pad: large keys at the foot of the screen, dots while typing, and "next" to the number after.
import { h, icon } from "../dom";
import { tr } from "../tongue";
import { digits, dots } from "../words";

export interface PadTarget {
  label: string;
  unit: string;
  value: number | null;
  last: number | null;
  most: number;
  set(value: number | null): void;
  next: (() => void) | null;
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "000", "0"] as const;

export class Pad {
  private node: HTMLElement | null = null;
  private text = "";
  private fresh = true;
  private target: PadTarget | null = null;
  private readonly keys = (event: KeyboardEvent): void => this.typed(event);

  constructor(private readonly closed: () => void) {}

  get open(): boolean {
    return this.node !== null;
  }

  show(target: PadTarget): void {
    this.hide(false);
    this.target = target;
    this.text = target.value === null ? "" : String(target.value);
    this.fresh = true;
    this.node = this.draw(target);
    document.body.append(this.node);
    document.body.classList.add("f-padded");
    document.addEventListener("keydown", this.keys);
    this.paint();
    this.node.querySelector<HTMLElement>(".f-pad__go")?.focus({ preventScroll: true });
  }

  hide(tell = true): void {
    if (!this.node) return;
    this.node.remove();
    this.node = null;
    document.body.classList.remove("f-padded");
    document.removeEventListener("keydown", this.keys);
    if (tell) this.closed();
  }

  private draw(target: PadTarget): HTMLElement {
    const go = target.next ? "Berikut" : "Selesai";
    return h(
      "div",
      { class: "f-pad", role: "group", "aria-label": `Papan angka: ${target.label}` },
      h(
        "div",
        { class: "f-pad__head" },
        h("span", { class: "f-pad__label" }, target.label),
        target.last === null
          ? null
          : h(
              "button",
              { class: "f-pad__last", type: "button", on: { click: () => this.put(String(target.last)) } },
              `Sama: ${dots(target.last)}`,
            ),
      ),
      h("output", { class: "f-pad__value", "aria-live": "polite" }),
      h(
        "div",
        { class: "f-pad__keys" },
        // Three zeros help with rupiah only; a mark of at most 100 has no use for them.
        KEYS.map((key) => (key === "000" && target.most < 1000 ? h("span", {}) : h("button", { type: "button", class: "f-key", on: { click: () => this.press(key) } }, key))),
        h("button", { type: "button", class: "f-key", "aria-label": "Hapus angka", on: { click: () => this.erase() } }, icon("erase")),
      ),
      h(
        "div",
        { class: "f-pad__acts" },
        h("button", { type: "button", class: "f-btn f-pad__close", on: { click: () => this.hide() } }, "Tutup"),
        h("button", { type: "button", class: "f-btn f-btn--main f-pad__go", on: { click: () => this.go() } }, go),
      ),
    );
  }

  private go(): void {
    const next = this.target?.next;
    this.hide(!next);
    next?.();
  }

  private press(key: string): void {
    this.put(this.fresh ? key : this.text + key);
  }

  private erase(): void {
    this.put(this.text.slice(0, -1));
  }

  private put(text: string): void {
    if (!this.target) return;
    const value = digits(text);
    if (value !== null && value > this.target.most) return;
    this.fresh = false;
    this.text = value === null ? "" : String(value);
    this.target.set(value);
    this.paint();
  }

  private paint(): void {
    const place = this.node?.querySelector("output");
    if (!place || !this.target) return;
    const value = digits(this.text);
    const shown = value === null ? "–" : dots(value);
    place.textContent = this.target.unit === "Rp" ? `Rp${shown}` : tr(`${shown} ${this.target.unit}`.trim());
  }

  private typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^\d$/.test(event.key)) this.press(event.key);
    else if (event.key === "Backspace") this.erase();
    else if (event.key === "Escape") this.hide();
    else return;
    event.preventDefault();
  }
}
