// What a visit shows of a business: how to reach its people, how the months went.
import { h, icon, type Child } from "../dom";
import type { Place } from "../rules";
import { at, textAt } from "../screen";
import { tr } from "../tongue";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { dots, longDay, monthName, rupiah } from "../words";

interface Person extends Body {
  business: string;
  name: string;
  role: string;
  phone: string;
}
type Month = [string, number | null, number | null, number | null];

/** Digits as WhatsApp wants them: 62 and the number without its zero. */
export function international(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  return digits.startsWith("0") ? `62${digits.slice(1)}` : digits;
}

export function placeOf(row: Body | undefined): Place | null {
  const position = row?.["position"] as { lat?: unknown; lon?: unknown } | null | undefined;
  return typeof position?.lat === "number" && typeof position.lon === "number" ? { lat: position.lat, lon: position.lon } : null;
}

/** Call, WhatsApp and map, one tap each. */
export function contacts(vault: Vault, business: string): HTMLElement {
  const row = vault.row("business", business);
  const people = vault.of<Person>("person", "business", business);
  const person = people.find((item) => item.phone) ?? people[0];
  const place = placeOf(row);
  const link = (href: string, name: "phone" | "chat" | "map", label: string): Child =>
    h("a", { class: "f-reach__way", href, target: name === "phone" ? undefined : "_blank", rel: "noopener" }, icon(name), label);
  const who = person ? [person.name, tr(person.role)].filter(Boolean).join(", ") : textAt(row ?? {}, "owner");
  return h(
    "div",
    { class: "f-reach" },
    h("p", {}, h("b", {}, who), h("span", {}, textAt(row ?? {}, "address"))),
    person?.phone || place
      ? h(
          "div",
          { class: "f-reach__ways" },
          person?.phone ? link(`tel:+${international(person.phone)}`, "phone", "Telepon") : null,
          person?.phone ? link(`https://wa.me/${international(person.phone)}`, "chat", "WhatsApp") : null,
          place ? link(`geo:${place.lat},${place.lon}?q=${place.lat},${place.lon}`, "map", "Peta") : null,
        )
      : null,
  );
}

const WIDE = 300;
const HIGH = 72;

function bars(months: readonly Month[]): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  svg.setAttribute("class", "f-bars");
  svg.setAttribute("aria-hidden", "true");
  const most = Math.max(1, ...months.map((month) => month[2] ?? 0));
  const step = WIDE / 12;
  months.forEach((month, index) => {
    const value = month[2];
    const high = value === null ? 2 : Math.max(2, (value / most) * (HIGH - 4));
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const shape = { x: index * step + 3, y: HIGH - high, width: step - 6, height: high };
    for (const [name, number] of Object.entries(shape)) bar.setAttribute(name, number.toFixed(1));
    bar.setAttribute("class", value === null ? "f-bars__none" : "f-bars__bar");
    svg.append(bar);
  });
  return svg;
}

/** Turnover of the last twelve months, and since when the business runs. */
export function businessFacts(vault: Vault, business: string): HTMLElement {
  const months = ((at(vault.row("months", business) ?? {}, "months") as Month[] | undefined) ?? []).slice(-12);
  const row = vault.row("business", business) ?? {};
  const known = months.filter((month) => month[2] !== null);
  const first = months[0];
  const best = known.reduce<Month | null>((top, month) => (!top || (month[2] ?? 0) > (top[2] ?? 0) ? month : top), null);
  const started = textAt(row, "started_on");
  return h(
    "section",
    { class: "f-facts" },
    known.length && first && best
      ? [
          h("h3", {}, `Omzet tertinggi ${rupiah(best[2] ?? 0)}, ${monthName(best[0])}`),
          bars(months),
          h("p", { class: "f-hint" }, `${monthName(first[0])} sampai ${monthName(months[months.length - 1]?.[0] ?? first[0])}, ${dots(known.length)} bulan tercatat`),
        ]
      : h("p", { class: "f-hint" }, "Belum ada omzet tercatat."),
    started ? h("p", { class: "f-hint" }, `Mulai usaha ${longDay(started)}`) : null,
  );
}
