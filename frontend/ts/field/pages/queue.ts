// Kiriman: what waits, what was sent, what must be mended; and the ways out when there is no signal for weeks.
import { ask, h, icon, say, type Child } from "../dom";
import { screenOf } from "../screens/index";
import { reopened } from "../screen";
import { queueFile, type Sync } from "../sync";
import type { Finished } from "../types";
import type { Vault } from "../vault";
import { clock, isoDay, shortDay } from "../words";
import { empty, pageWith } from "./frame";

const SENT_SHOWN = 40;

function sentWords(record: Finished): string {
  const at = record.sent_at ? new Date(record.sent_at) : null;
  const time = at ? `terkirim ${shortDay(isoDay(at))} ${clock(at)}` : "terkirim";
  if (record.outcome?.outcome === "conflict") return `${time}, menunggu keputusan kantor`;
  if (record.outcome?.outcome === "waiting") return `${time}, menunggu catatan lain`;
  if (record.outcome?.outcome === "older") return `${time}; kantor memegang versi lebih baru`;
  if (record.outcome?.outcome === "invalid") return `${time}, menunggu pembaruan server`;
  return time;
}

function line(record: Finished, words: string, tone: string, ...more: Child[]): Child {
  const screen = screenOf(record.kind);
  return h(
    "li",
    { class: `f-sent f-sent--${tone}` },
    h("p", { class: "f-sent__name" }, record.title, h("small", {}, [screen?.title ?? record.kind, screen?.summary(record.body)].filter(Boolean).join(" · "))),
    h("p", { class: "f-sent__state" }, words),
    more,
  );
}

function wrongLine(record: Finished, vault: Vault, sync: Sync, again: () => void): Child {
  const mend = async (): Promise<void> => {
    const draft = reopened(record);
    await vault.saveDraft(draft);
    location.hash = `#/draf/${draft.id}`;
  };
  const drop = async (): Promise<void> => {
    if (!(await ask("Hapus dari HP?", "Kantor tetap memegang catatan ini dan dapat memperbaikinya di sana.", "Hapus dari HP"))) return;
    await vault.dropRecord(record.id);
    sync.dispatchEvent(new Event("change"));
    again();
  };
  const told = record.outcome;
  return line(
    record, told?.text || "Kantor menolak catatan ini.", "wrong",
    told?.do ? h("p", { class: "f-hint" }, told.do) : null,
    h(
      "div",
      { class: "f-sent__acts" },
      h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => void mend() } }, "Perbaiki"),
      told?.stored === false ? null : h("button", { class: "f-link", type: "button", on: { click: () => void drop() } }, "Hapus dari HP"),
    ),
  );
}

async function saveFile(vault: Vault): Promise<void> {
  const blob = await queueFile(vault);
  const link = h("a", { href: URL.createObjectURL(blob), download: `berdaya-antrean-${isoDay(new Date())}.json.gz` });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say("Berkas antrean tersimpan. Siapa pun di kantor dapat mengunggahnya.");
}

function part(title: string, rows: readonly Child[]): Child {
  return rows.length ? [h("h2", { class: "f-sub" }, title, h("span", {}, String(rows.length))), h("ul", { class: "f-sents" }, rows)] : null;
}

function network(sync: Sync): Child {
  const { status } = sync;
  if (status.at === "offline") return h("p", { class: "f-note" }, "Sedang tanpa sinyal. Semua tetap tersimpan di HP ini dan dikirim sendiri nanti.");
  if (status.at === "trouble") return h("p", { class: "f-note f-note--warn" }, icon("warn"), status.text);
  return null;
}

export function queue(root: Element, vault: Vault, sync: Sync): void {
  const again = (): void => queue(root, vault, sync);
  const ready = vault.inState("ready").map((record) => line(record, "menunggu sinyal", "ready"));
  const wrong = vault.inState("wrong").map((record) => wrongLine(record, vault, sync, again));
  const sent = vault.inState("sent").reverse().slice(0, SENT_SHOWN).map((record) => line(record, sentWords(record), "sent"));
  const unsent = ready.length > 0 || vault.fileCount > 0;
  const busy = sync.status.at === "working";
  pageWith(
    root, vault, sync, "kirim", "Kiriman",
    h("button", { class: "f-btn f-btn--main", type: "button", disabled: busy, on: { click: () => void sync.run(true) } }, icon("send"), busy ? "Sedang menghubungi kantor …" : "Kirim dan ambil sekarang"),
    network(sync),
    part("Perlu diperbaiki", wrong),
    part("Menunggu", ready),
    vault.fileCount ? h("p", { class: "f-note" }, `${vault.fileCount} foto, suara, atau tanda tangan menyusul setelah catatannya.`) : null,
    part("Terkirim", sent),
    !unsent && !wrong.length && !sent.length ? empty("Belum ada catatan", "Yang Anda simpan muncul di sini, dengan keadaannya: menunggu, terkirim, atau perlu diperbaiki.") : null,
    unsent
      ? h(
          "section",
          { class: "f-part" },
          h("h2", {}, "Lama tanpa sinyal?"),
          h("p", {}, "Simpan yang belum terkirim sebagai berkas. Siapa pun dapat membawanya ke kantor dan mengunggahnya di sana."),
          h("button", { class: "f-btn f-btn--line", type: "button", on: { click: () => void saveFile(vault) } }, icon("save"), "Simpan sebagai berkas"),
        )
      : null,
  );
}
