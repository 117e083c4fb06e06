// Draws the parts of a screen and keeps the draft: every touch is saved, and a killed phone comes back to its field.
import { ask, h, icon, replace, say, type Child } from "./dom";
import { drawField } from "./fields";
import type { Hand, NumberField } from "./hand";
import { newId } from "./seal";
import { put, type Context, type Flaw, type Part, type Screen } from "./screen";
import { tr } from "./tongue";
import { whenLifted } from "./touch";
import type { Body, Draft, Finished } from "./types";
import type { Vault } from "./vault";
import { Pad } from "./widgets/pad";
import { whereAmI } from "./widgets/place";

/** Stands for a touch on something that is no field. */
const ACTED = "_act";

export interface Way {
  back(): void;
  saved(record: Finished): void;
}

export function newDraft(screen: Screen, vault: Vault, subject: string, today: string): Draft {
  return {
    id: newId(), kind: screen.kind, version: screen.version, revision: 1, body: screen.start(vault, subject, today),
    files: {}, focus: "", open: true, started_at: new Date().toISOString(), subject,
  };
}

export class Form implements Hand {
  readonly ctx: Context;
  private readonly pad = new Pad(() => this.padClosed());
  private readonly main = h("main", { class: "f-form", id: "isi", tabindex: "-1" });
  private readonly foot = h("footer", { class: "f-foot" });
  private flaws: Flaw[] = [];
  private step = 0;
  private shown: Part[] = [];
  private busy = false;
  private unkept = 0;

  constructor(
    private readonly screen: Screen,
    vault: Vault,
    readonly draft: Draft,
    today: string,
    private readonly way: Way,
  ) {
    const change = (make: (body: Body) => void): void => {
      draft.focus ||= ACTED;
      this.change(make);
    };
    this.ctx = { vault, draft, body: draft.body, today, change };
    this.step = Number(draft.body["_step"] ?? 0);
  }

  show(root: Element): void {
    this.ctx.vault.onRoom = () => {
      if (this.main.isConnected) whenLifted(() => this.draw());
    };
    const { title, sub } = this.screen.heading(this.ctx.vault, this.draft.subject);
    replace(
      root,
      h(
        "header",
        { class: "f-top" },
        h("button", { class: "f-top__back", type: "button", "aria-label": "Kembali", on: { click: () => this.leave() } }, icon("back")),
        h("div", { class: "f-top__words" }, h("p", { class: "f-top__kind" }, this.screen.title), h("h1", {}, title), sub ? h("p", { class: "f-top__sub" }, sub) : null),
      ),
      this.main,
      this.foot,
    );
    this.draw();
    this.resume();
    this.position();
  }

  hide(): void {
    this.pad.hide(false);
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private draw(): void {
    const folded = new Map([...this.main.querySelectorAll("details")].map((node) => [node.id, node.open]));
    const all = this.screen.parts(this.ctx);
    this.step = Math.min(this.step, all.length - 1);
    this.shown = this.screen.steps ? all.slice(this.step, this.step + 1) : all;
    const top: Child[] = [];
    if (this.screen.steps) top.push(this.progress(all));
    if (this.flaws.length) top.push(this.told());
    const discard = h("p", {}, h("button", { class: "f-link", type: "button", on: { click: () => void this.discard() } }, "Buang draf ini"));
    replace(this.main, top, this.shown.map((part) => this.part(part, folded)), discard);
    this.drawFoot(!this.screen.steps || this.step === all.length - 1);
  }

  private drawFoot(last: boolean): void {
    const { full } = this.ctx.vault;
    replace(
      this.foot,
      full
        ? h("p", { class: "f-foot__kept f-foot__kept--full", role: "alert" }, icon("warn"), "Memori HP penuh: isian ini belum tersimpan. Kirim dahulu, atau hapus foto dan aplikasi lain.")
        : h("p", { class: "f-foot__kept" }, icon("save"), "Tersimpan di HP ini"),
      h(
        "button",
        { class: "f-btn f-btn--main f-foot__go", type: "button", on: { click: () => void (last ? this.finish() : this.turn(1)) } },
        last ? this.screen.save : "Lanjut",
      ),
    );
  }

  private progress(all: readonly Part[]): Child {
    const title = all[this.step]?.title ?? "";
    return h(
      "nav",
      { class: "f-steps", "aria-label": "Langkah" },
      this.step > 0
        ? h("button", { class: "f-btn f-btn--quiet", type: "button", on: { click: () => this.turn(-1) } }, icon("back"), "Sebelumnya")
        : null,
      h("p", {}, `Langkah ${this.step + 1} dari ${all.length}`, h("span", { class: "f-unseen" }, `: ${tr(title)}`)),
      h("progress", { max: all.length, value: this.step + 1, "aria-hidden": "true" }),
    );
  }

  private told(): Child {
    return h(
      "section",
      { class: "f-flaws", role: "alert", tabindex: "-1" },
      h("h2", {}, "Belum dapat disimpan"),
      h("ul", {}, this.flaws.map((flaw) => h("li", {}, h("button", { type: "button", class: "f-link", on: { click: () => this.goTo(flaw.path) } }, flaw.text)))),
    );
  }

  private part(part: Part, folded: ReadonlyMap<string, boolean>): Child {
    const body = part.fields.map((field) => drawField(field, this));
    const id = `bagian-${part.key}`;
    if (part.fold) {
      const node = h("details", { class: "f-part f-part--fold", id }, h("summary", {}, part.fold), body);
      node.open = folded.get(id) ?? part.fields.some((field) => "path" in field && field.path === this.draft.focus);
      return node;
    }
    return h("section", { class: "f-part", id }, part.title ? h("h2", {}, part.title) : null, body);
  }

  flawAt(path: string): string {
    return this.flaws.find((flaw) => flaw.path === path)?.text ?? "";
  }

  // Writing -------------------------------------------------------------------------------------------------------

  change(make: (body: Body) => void): void {
    make(this.draft.body);
    this.save();
    const top = window.scrollY;
    const kept = document.activeElement?.id ?? "";
    this.draw();
    window.scrollTo(0, top);
    // A redrawn button keeps the focus: keyboards and screen readers stay where they were.
    if (kept && !this.pad.open) document.getElementById(kept)?.focus({ preventScroll: true });
  }

  write(path: string, value: unknown): void {
    put(this.draft.body, path, value);
    this.save();
  }

  set(path: string, value: unknown): void {
    this.touch(path);
    this.change((body) => put(body, path, value));
  }

  touch(path: string): void {
    this.draft.focus = path;
    this.save();
  }

  save(): void {
    this.keeping(1);
    void this.ctx.vault.saveDraft(this.draft).finally(() => this.keeping(-1));
  }

  /** What stands on the screen is called kept only when it is on the disk. */
  private keeping(more: number): void {
    this.unkept += more;
    this.foot.setAttribute("aria-busy", String(this.unkept > 0));
  }

  async addFile(prefix: string, blob: Blob, fixed?: string): Promise<string> {
    let at = 1;
    while (`${prefix}${at}` in this.draft.files) at += 1;
    const name = fixed ?? `${prefix}${at}`;
    this.draft.files[name] = await this.ctx.vault.addFile(this.draft.id, name, blob);
    this.save();
    return name;
  }

  async dropFile(name: string): Promise<void> {
    const id = this.draft.files[name];
    delete this.draft.files[name];
    this.save();
    if (id) await this.ctx.vault.dropFile(id);
  }

  // Numbers -------------------------------------------------------------------------------------------------------

  openPad(field: NumberField): void {
    this.touch(field.path);
    const numbers = this.shown.flatMap((part) => part.fields).filter((item): item is NumberField => item.type === "number");
    const after = numbers[numbers.findIndex((item) => item.path === field.path) + 1];
    const value = this.valueOf(field.path);
    this.pad.show({
      label: field.label,
      unit: field.unit,
      value: typeof value === "number" ? value : null,
      last: field.last,
      most: field.most,
      set: (number) => this.change((body) => this.put(body, field.path, number)),
      next: after ? () => this.openPad(after) : null,
    });
    this.main.querySelector(`[data-path="${CSS.escape(field.path)}"]`)?.scrollIntoView({ block: "start" });
  }

  openAmount(path: string, label: string, unit: string, most: number, next: (() => void) | null): void {
    this.touch(path);
    const value = this.valueOf(path);
    this.pad.show({
      label, unit, most, last: null, next,
      value: typeof value === "number" ? value : null,
      set: (number) => this.change((body) => this.put(body, path, number)),
    });
    this.main.querySelector(`[data-path="${CSS.escape(path)}"]`)?.scrollIntoView({ block: "start" });
  }

  private put(body: Body, path: string, value: unknown): void {
    put(body, path, value);
    if (typeof body["_same"] === "boolean") body["_same"] = false;
  }

  private valueOf(path: string): unknown {
    return path.split(".").reduce<unknown>((here, name) => (here as Body | undefined)?.[name], this.draft.body);
  }

  private padClosed(): void {
    document.getElementById(`f-${this.draft.focus}`)?.focus({ preventScroll: true });
  }

  // Coming and going ------------------------------------------------------------------------------------------------

  private resume(): void {
    const { focus } = this.draft;
    if (!focus) return;
    const field = this.shown.flatMap((part) => part.fields).find((item) => "path" in item && item.path === focus);
    if (field?.type === "number") this.openPad(field);
    else this.goTo(focus);
  }

  private goTo(path: string): void {
    if (this.screen.steps) {
      const all = this.screen.parts(this.ctx);
      const step = all.findIndex((part) => part.fields.some((field) => "path" in field && path.startsWith(field.path)));
      if (step >= 0 && step !== this.step) this.moveTo(step);
    }
    const node = this.main.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
    if (!node) return;
    const fold = node.closest("details");
    if (fold) fold.open = true;
    node.scrollIntoView({ block: "start" });
    const inner = document.getElementById(`f-${path}`) ?? node.querySelector<HTMLElement>("button, input, textarea");
    inner?.focus({ preventScroll: true });
  }

  private turn(by: number): void {
    this.pad.hide(false);
    this.moveTo(this.step + by);
    window.scrollTo(0, 0);
    this.main.focus({ preventScroll: true });
  }

  private moveTo(step: number): void {
    this.step = Math.max(0, step);
    this.draft.body["_step"] = this.step;
    this.save();
    this.draw();
  }

  private position(): void {
    const { body } = this.draft;
    if (!("position" in body) || body["position"]) return;
    const note = (found: Awaited<ReturnType<typeof whereAmI>>): void => {
      if (!this.main.isConnected) return;
      this.change((now) => {
        now["position"] = "position" in found ? found.position : null;
        if ("missing" in found) now["position_missing"] = found.missing;
        else delete now["position_missing"];
      });
    };
    void whereAmI().then((found) => whenLifted(() => note(found)));
  }

  askPosition(): void {
    this.draft.body["position"] = null;
    this.position();
  }

  /** Back: what was touched stays as a draft, and the day's list says so; a form opened by mistake leaves nothing. */
  leave(): void {
    this.pad.hide(false);
    this.draft.open = false;
    if (this.draft.focus) this.save();
    else void this.ctx.vault.dropDraft(this.draft.id, true);
    this.way.back();
  }

  async discard(): Promise<void> {
    if (!(await ask("Buang draf ini?", "Isian dan fotonya dihapus dari HP. Yang sudah terkirim tidak berubah.", "Buang draf"))) return;
    await this.ctx.vault.dropDraft(this.draft.id, true);
    this.way.back();
  }

  private async finish(): Promise<void> {
    if (this.busy) return;
    this.pad.hide(false);
    this.flaws = this.screen.check(this.ctx);
    if (this.flaws.length) {
      this.draw();
      window.scrollTo(0, 0);
      this.main.querySelector<HTMLElement>(".f-flaws")?.focus({ preventScroll: true });
      return;
    }
    this.busy = true;
    const { open: _open, focus: _focus, ...rest } = this.draft;
    const record: Finished & { written: Body } = {
      ...rest,
      body: this.screen.payload(this.ctx),
      written: this.draft.body,
      title: this.screen.heading(this.ctx.vault, this.draft.subject).title,
      device_at: new Date().toISOString(),
      state: "ready",
      made_at: Date.now(),
    };
    // The record first, the draft after: a phone killed between the two has both, never neither.
    if (!(await this.ctx.vault.keepRecord(record))) {
      this.busy = false;
      return;
    }
    await this.ctx.vault.dropDraft(this.draft.id, false);
    say("Tersimpan di HP ini");
    this.way.saved(record);
  }
}
