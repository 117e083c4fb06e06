// Elements without a framework: h("button", { class: "f-main", on: { click } }, "Simpan").
import { tr } from "./tongue";

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Handlers = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
export type Attrs = { on?: Handlers } & Record<string, unknown>;

/** Attributes that people hear or read. */
const SPOKEN = new Set(["aria-label", "placeholder", "alt"]);
const SVG = "http://www.w3.org/2000/svg";

function fill(node: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) fill(node, child as readonly Child[]);
    else node.append(child instanceof Node ? child : tr(String(child)));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attrs: Attrs = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [kind, handler] of Object.entries(value as Record<string, EventListener>)) {
        node.addEventListener(kind, handler);
      }
    } else if (name === "value" && "value" in node) {
      (node as unknown as HTMLInputElement).value = String(value);
    } else {
      node.setAttribute(name, value === true ? "" : SPOKEN.has(name) ? tr(String(value)) : String(value));
    }
  }
  fill(node, children);
  return node;
}

export function replace(node: Element, ...children: Child[]): void {
  node.replaceChildren();
  fill(node, children);
}

const PATHS = {
  back: "M14 5 7 12l7 7",
  next: "M10 5l7 7-7 7",
  check: "M5 13l4.5 4.5L19 7",
  plus: "M12 5v14M5 12h14",
  camera: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 10.2a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4",
  mic: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.5",
  pin: "M12 21s6.5-6.2 6.5-11A6.5 6.5 0 0 0 5.5 10C5.5 14.800 12 21 12 21zM12 7.800a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4",
  phone: "M6 4h4l1.5 4.5-2 1.500a11 11 0 0 0 4.500 4.500l1.500-2L20 14v4a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z",
  chat: "M4 5h16v11H10l-4.500 4v-4H4z",
  map: "M4 6.500l5-2 6 2 5-2v13l-5 2-6-2-5 2zM9 4.500v13M15 6.500v13",
  send: "M4 12h13M12 6l6 6-6 6",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  speak: "M4 10v4h4l5 4V6l-5 4zM16.500 9a4.500 4.500 0 0 1 0 6",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.500 19a5.500 5.500 0 0 1 11 0M16 11a2.500 2.500 0 1 0 0-5M17 14.200a5 5 0 0 1 3.500 4.800",
  house: "M4 11l8-6.500 8 6.500v9H4zM10 20v-5h4v5",
  goods: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  book: "M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM9 9h6M9 13h6",
  chart: "M4 20h16M7 17v-5M12 17V7M17 17v-8",
  list: "M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01",
  star: "M12 4.500l2.300 4.700 5.200.7-3.800 3.600.9 5.200-4.600-2.500-4.600 2.500.9-5.200-3.800-3.600 5.200-.7z",
  cart: "M4 5h2.500l2 10h9l2-7H7.500M10 19.500h.01M16.500 19.500h.01",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M18.400 5.600 17 7M7 17l-1.400 1.400",
  gear: "M5 7h14M5 12h14M5 17h14M9 5v4M15 10v4M8 15v4",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  erase: "M9 6h11v12H9l-5-6zM12 9.500l5 5M17 9.500l-5 5",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  warn: "M12 4l9 16H3zM12 10v4.500M12 17.500h.01",
  play: "M8 5l11 7-11 7z",
  stop: "M6 6h12v12H6z",
} as const;
export type Icon = keyof typeof PATHS;

export function icon(name: Icon): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "f-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A line said by screen readers and shown for a moment at the foot of the screen. */
export function say(text: string): void {
  let place = document.getElementById("said");
  if (!place) {
    place = h("p", { id: "said", class: "f-said", role: "status" });
    document.body.append(place);
  }
  place.textContent = tr(text);
  place.classList.add("f-said--on");
  window.clearTimeout(Number(place.dataset["timer"] ?? 0));
  place.dataset["timer"] = String(window.setTimeout(() => place.classList.remove("f-said--on"), 2500));
}

/** A question with two answers; resolves to true for the named action. */
export function ask(title: string, text: string, action: string, other = "Batal"): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (answer: boolean): void => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const dialog = h(
      "dialog",
      { class: "f-dialog", "aria-label": title, on: { cancel: () => done(false) } },
      h("h2", {}, title),
      h("p", {}, text),
      h(
        "div",
        { class: "f-dialog__acts" },
        h("button", { class: "f-btn f-btn--main", type: "button", on: { click: () => done(true) } }, action),
        h("button", { class: "f-btn", type: "button", on: { click: () => done(false) } }, other),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
