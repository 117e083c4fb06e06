// What is on the list of whoever visits nobody: the day's families, homes, sessions and entries, and how far it got.
import { h, icon, type Child } from "../dom";
import type { Queue, Screen } from "../screen";
import { SCREENS } from "../screens/index";
import type { Vault } from "../vault";
import { may } from "./record";

/** So many of a list stand on the first page; the others are one tap away. */
const NEXT = 3;

export function queues(vault: Vault, today: string): Child {
  const found = SCREENS.filter((screen) => may(vault, screen)).flatMap((screen) => (screen.queues?.(vault, today) ?? []).map((queue) => ({ screen, queue })));
  return found.map(({ screen, queue }) => section(screen, queue));
}

function section(screen: Screen, queue: Queue): Child {
  const first = queue.left.slice(0, NEXT);
  return h(
    "section",
    { class: "f-queue" },
    h("p", { class: "f-queue__kind" }, icon(screen.icon), screen.title),
    h("h2", {}, queue.title),
    queue.sub ? h("p", { class: "f-hint" }, queue.sub) : null,
    h("p", { class: "f-queue__sum" }, h("b", {}, String(queue.done)), ` ${queue.words}`),
    h("progress", { max: Math.max(queue.total, 1), value: queue.done, "aria-label": `${queue.done} ${queue.words}` }),
    first.length
      ? h(
          "ul",
          { class: "f-cards" },
          first.map((item) =>
            h(
              "li",
              {},
              h(
                "a",
                { class: `f-card${item.late ? " f-card--high" : ""}`, href: `#/isi/${screen.kind}/${item.id}` },
                h("span", { class: "f-card__name" }, item.title, h("small", {}, item.sub)),
                item.mark ? h("span", { class: "f-card__facts" }, h("b", {}, item.mark)) : icon("next"),
              ),
            ),
          ),
        )
      : h("p", { class: "f-note f-note--good" }, icon("check"), "Semua sudah tercatat. Terima kasih."),
    queue.left.length > NEXT ? h("p", {}, h("a", { class: "f-link", href: `#/pilih/${screen.kind}` }, `Lihat semua ${queue.left.length}`)) : null,
  );
}
