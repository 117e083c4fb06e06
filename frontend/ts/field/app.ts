// Start, pages by address, update of the app itself.
import { db } from "./db";
import { h, replace, say } from "./dom";
import { Form, newDraft } from "./form";
import { watchIdle } from "./keeper";
import { choose, kinds } from "./pages/record";
import { day } from "./pages/day";
import { cannotOpen, gate } from "./pages/gate";
import { mine } from "./pages/mine";
import { queue } from "./pages/queue";
import { screenOf } from "./screens/index";
import { Sync } from "./sync";
import { spoken } from "./tongue";
import { whenLifted } from "./touch";
import type { Draft } from "./types";
import type { Vault } from "./vault";
import { isoDay } from "./words";

const REDRAWN = new Set(["hari", "kirim"]);

class App {
  private vault: Vault | null = null;
  private sync: Sync | null = null;
  private form: Form | null = null;
  private readonly redrawn = (): void => this.redraw();

  constructor(private readonly root: Element) {}

  async start(): Promise<void> {
    try {
      await gate(this.root, (vault) => this.open(vault));
    } catch (error) {
      console.warn(error);
      cannotOpen(this.root);
    }
  }

  /** Somebody is at work: an update waits for the next start or lock, so that it never asks for a PIN in between. */
  get busy(): boolean {
    return this.vault !== null;
  }

  private open(vault: Vault): void {
    this.vault = vault;
    const sync = new Sync(vault, () => this.gone());
    this.sync = sync;
    watchIdle(() => location.reload());
    window.addEventListener("hashchange", () => this.route());
    sync.addEventListener("change", () => this.root.setAttribute("data-sync", sync.status.at));
    for (const kind of ["pulled", "change"]) sync.addEventListener(kind, () => whenLifted(this.redrawn));
    const open = [...vault.drafts.values()].find((draft) => draft.open);
    if (open) history.replaceState(null, "", `#/draf/${open.id}`);
    if (open || location.hash) this.route();
    else this.home();
    void sync.run(vault.packs.size === 0);
    void this.askToKeep(vault);
  }

  private async askToKeep(vault: Vault): Promise<void> {
    vault.promised = (await navigator.storage?.persist?.()) ?? false;
    if (!vault.promised) whenLifted(this.redrawn);
  }

  private today(): string {
    return isoDay(this.vault?.now() ?? new Date());
  }

  /** Only the pages that show what waits; a form that is being written is never drawn from outside. */
  private redraw(): void {
    const [page = ""] = location.hash.replace(/^#\//, "").split("/");
    const typing = document.activeElement?.matches("input, textarea") ?? false;
    if (REDRAWN.has(page) && !this.form && !typing && !document.querySelector("dialog[open]")) this.route();
  }

  private route(): void {
    const { vault, sync } = this;
    if (!vault || !sync) return;
    const [page = "", first = "", second = ""] = location.hash.replace(/^#\//, "").split("/");
    const same = this.root.getAttribute("data-page") === location.hash;
    this.form?.hide();
    this.form = null;
    this.root.setAttribute("data-page", location.hash);
    if (page === "isi") this.write(first, second);
    else if (page === "draf") this.resume(first);
    else if (page === "pilih") choose(this.root, vault, sync, first);
    else if (page === "catat") kinds(this.root, vault, sync);
    else if (page === "kirim") queue(this.root, vault, sync);
    else if (page === "saya") mine(this.root, vault, sync, this.today(), () => location.reload(), () => this.leave());
    else day(this.root, vault, sync, this.today());
    if (!same) window.scrollTo(0, 0);
  }

  private write(kind: string, subject: string): void {
    const screen = screenOf(kind);
    if (!this.vault || !screen) return this.home();
    const draft = newDraft(screen, this.vault, subject, this.today());
    void this.vault.saveDraft(draft);
    history.replaceState(null, "", `#/draf/${draft.id}`);
    this.show(draft);
  }

  private resume(id: string): void {
    const draft = this.vault?.drafts.get(id);
    if (!draft) return this.home();
    draft.open = true;
    void this.vault?.saveDraft(draft);
    this.show(draft);
  }

  private show(draft: Draft): void {
    const screen = screenOf(draft.kind);
    if (!this.vault || !screen) return this.home();
    this.form = new Form(screen, this.vault, draft, this.today(), {
      back: () => this.home(),
      saved: () => {
        // Whoever serves a queue goes on with the next family; whoever visits goes back to the day.
        const queue = draft.kind !== "visit" && this.vault && screen.targets(this.vault).length > 1;
        this.home(queue ? `#/pilih/${draft.kind}` : undefined);
        void this.sync?.run();
      },
    });
    this.form.show(this.root);
  }

  /** The day's list; where the role visits nobody, the kinds of record. */
  private home(where = this.vault?.rows("business").size || !this.vault?.packs.size ? "#/hari" : "#/catat"): void {
    this.form = null;
    history.replaceState(null, "", where);
    this.route();
  }

  private async leave(): Promise<void> {
    if (this.vault) await db.wipe(this.vault.person.id);
    location.replace(location.pathname);
  }

  /** The office has cut this phone off: nothing of the person is left. */
  private gone(): void {
    this.vault = this.sync = this.form = null;
    replace(
      this.root,
      h(
        "main",
        { class: "f-gate", id: "isi" },
        h("h1", {}, "HP ini diputus oleh kantor"),
        h("p", {}, "Semua data Anda di HP ini sudah dihapus. Bila ini keliru, hubungi operator di kantor, lalu daftarkan HP sekali lagi."),
        h("a", { class: "f-btn f-btn--main", href: location.pathname }, "Ke halaman awal"),
      ),
    );
  }
}

/** Keep the app itself on the phone; a newer version takes over only at the door. */
async function keepFresh(app: App): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { worker = "", home = "" } = document.body.dataset;
  const registration = await navigator.serviceWorker.register(worker, { scope: home, updateViaCache: "none" });
  let first = !navigator.serviceWorker.controller;
  let reloading = false;
  const offer = (): void => {
    const waiting = registration.waiting;
    if (!waiting || first) return;
    if (!app.busy) waiting.postMessage("take over");
    else window.setTimeout(offer, 5_000);
  };
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (first) {
      first = false;
      return;
    }
    if (reloading || app.busy) return; // whoever was quicker with the PIN works on; the next start is the new version
    reloading = true;
    say("Aplikasi diperbarui.");
    location.reload();
  });
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  offer();
}

export function begin(): void {
  const root = document.getElementById("app");
  if (!root) return;
  document.documentElement.lang = spoken();
  const app = new App(root);
  void app.start();
  window.addEventListener("load", () => void keepFresh(app).catch(() => undefined));
}
