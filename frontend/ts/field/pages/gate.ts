// The door: choose who you are, type the PIN; or enrol this phone for somebody new.
import { Offline, Refusal } from "../api";
import { h, icon, replace, type Child } from "../dom";
import { PIN_LENGTH, people, unlock, welcome } from "../keeper";
import { speak, spoken, tr } from "../tongue";
import type { Person } from "../types";
import type { Vault } from "../vault";
import { initials } from "../words";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "x"] as const;
const SIGN_IN = "/masuk/?next=/lapangan/%3Fdaftar";

/** Six digits by large keys or a keyboard; `done` may ask again by resolving to a text. */
export class PinEntry {
  private text = "";
  private busy = false;
  private readonly dots = h("p", { class: "f-pin__dots", role: "status" });
  private readonly told = h("p", { class: "f-pin__told", role: "alert" });
  readonly node: HTMLElement;
  private readonly keys = (event: KeyboardEvent): void => {
    if (!this.node.isConnected) return document.removeEventListener("keydown", this.keys);
    if (/^\d$/.test(event.key)) this.press(event.key);
    else if (event.key === "Backspace") this.press("x");
  };

  constructor(label: string, private readonly done: (pin: string) => Promise<string>) {
    this.node = h(
      "div",
      { class: "f-pin", role: "group", "aria-label": label },
      h("p", { class: "f-pin__label" }, label),
      this.dots,
      this.told,
      h(
        "div",
        { class: "f-pin__keys" },
        KEYS.map((key) =>
          key === ""
            ? h("span", {})
            : h("button", { type: "button", class: "f-key", "aria-label": key === "x" ? "Hapus angka" : key, on: { click: () => this.press(key) } }, key === "x" ? icon("erase") : key),
        ),
      ),
    );
    document.addEventListener("keydown", this.keys);
    this.paint();
  }

  private paint(): void {
    replace(this.dots, h("span", { class: "f-unseen" }, `${this.text.length} dari ${PIN_LENGTH} angka`));
    for (let at = 0; at < PIN_LENGTH; at += 1) this.dots.append(h("i", { class: at < this.text.length ? "f-dot f-dot--on" : "f-dot" }));
  }

  private press(key: string): void {
    if (this.busy) return;
    this.text = key === "x" ? this.text.slice(0, -1) : (this.text + key).slice(0, PIN_LENGTH);
    this.told.textContent = "";
    this.paint();
    if (this.text.length === PIN_LENGTH) void this.offer();
  }

  private async offer(): Promise<void> {
    this.busy = true;
    const again = await this.done(this.text).catch((error: unknown) => {
      console.warn(error);
      return "HP ini tidak dapat membaca catatannya. Kosongkan memori HP, lalu coba lagi.";
    });
    this.text = "";
    this.busy = false;
    if (this.node.isConnected) {
      this.told.textContent = tr(again);
      this.paint();
    }
  }
}

function frame(...children: Child[]): Child {
  return h(
    "main",
    { class: "f-gate", id: "isi" },
    h("p", { class: "f-gate__mark" }, h("span", {}, "Berdaya"), " Lapangan"),
    children,
  );
}

/** The other language by its own name, for whoever cannot read this one. */
export function otherLanguage(done: () => void): Child {
  const next = spoken() === "id" ? "en" : "id";
  const change = (): void => {
    speak(next);
    done();
  };
  return h("button", { type: "button", class: "f-link", lang: next, on: { click: change } }, next === "en" ? "English" : "Bahasa Indonesia");
}

export type Opened = (vault: Vault) => void;

/** The first screen of every start. */
export async function gate(root: Element, opened: Opened): Promise<void> {
  const known = await people();
  const asked = new URLSearchParams(location.search).has("daftar");
  if (asked) {
    history.replaceState(null, "", location.pathname);
    choosePin(root, opened, known.length > 0);
  } else if (known.length === 1 && known[0]) enterPin(root, known[0], opened);
  else if (known.length) choosePerson(root, known, opened);
  else invite(root, known.length > 0);
}

function invite(root: Element, others: boolean): void {
  replace(
    root,
    frame(
      h("h1", {}, others ? "Orang baru di HP ini" : "Siap bekerja tanpa sinyal"),
      h(
        "ol",
        { class: "f-gate__list" },
        h("li", {}, "Masuk sekali dengan nama pengguna dari kantor, selagi ada sinyal."),
        h("li", {}, "Pilih PIN enam angka. Setiap orang di HP ini punya PIN sendiri."),
        h("li", {}, "Pasang di layar utama lewat menu peramban, agar selalu siap dibuka."),
      ),
      h("p", { class: "f-hint" }, "Catatan disimpan tersegel di HP, lalu dikirim bila ada sinyal."),
      otherLanguage(() => invite(root, others)),
      h("div", { class: "f-gate__foot" }, h("a", { class: "f-btn f-btn--main", href: SIGN_IN }, "Masuk dan daftarkan HP")),
    ),
  );
}

function choosePerson(root: Element, known: readonly Person[], opened: Opened): void {
  replace(
    root,
    frame(
      h("h1", {}, "Siapa yang memakai HP ini?"),
      h(
        "ul",
        { class: "f-gate__people" },
        known.map((person) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", class: "f-who", on: { click: () => enterPin(root, person, opened) } },
              h("span", { class: "f-who__round", "aria-hidden": "true" }, initials(person.name)),
              h("span", {}, h("b", {}, person.name), h("small", {}, `${person.role} · ${person.office}`)),
            ),
          ),
        ),
      ),
      h("p", { class: "f-gate__links" }, h("button", { class: "f-link", type: "button", on: { click: () => invite(root, true) } }, "Orang baru di HP ini"), otherLanguage(() => choosePerson(root, known, opened))),
    ),
  );
}

/** The phone's storage does not open, mostly because the phone is full: said, with what to do, instead of a blank page. */
export function cannotOpen(root: Element): void {
  replace(
    root,
    frame(
      h("h1", {}, "Catatan di HP ini belum dapat dibuka"),
      h("p", {}, "Biasanya karena memori HP penuh. Catatan Anda tidak dihapus."),
      h(
        "ol",
        { class: "f-help" },
        h("li", {}, "Hapus foto, video, atau aplikasi yang tidak dipakai. Jangan hapus data peramban: catatan yang belum terkirim ada di sana."),
        h("li", {}, "Ketuk Buka lagi."),
        h("li", {}, "Bila tetap begini, bawa HP ini ke kantor."),
      ),
      h("button", { class: "f-btn f-btn--main", type: "button", on: { click: () => location.reload() } }, "Buka lagi"),
      otherLanguage(() => cannotOpen(root)),
    ),
  );
}

function enterPin(root: Element, person: Person, opened: Opened): void {
  const entry = new PinEntry("Masukkan PIN", async (pin) => {
    const result = await unlock(person, pin);
    if ("vault" in result) {
      opened(result.vault);
      return "";
    }
    if (result.wait) return `PIN salah. Tunggu ${result.wait} detik sebelum mencoba lagi.`;
    return `PIN salah. ${5 - result.fails} kali lagi sebelum harus menunggu.`;
  });
  replace(
    root,
    frame(
      h("h1", { class: "f-gate__name" }, person.name),
      h("p", { class: "f-gate__sub" }, `${person.role} · ${person.office}`),
      entry.node,
      h("p", { class: "f-gate__links" }, h("button", { class: "f-link", type: "button", on: { click: () => void people().then((known) => choosePerson(root, known, opened)) } }, "Bukan saya"), otherLanguage(() => enterPin(root, person, opened))),
    ),
  );
}

function choosePin(root: Element, opened: Opened, others: boolean, told = ""): void {
  const first = new PinEntry("Pilih PIN enam angka", async (pin) => {
    if (/^(\d)\1+$/.test(pin) || "01234567890".includes(pin) || "09876543210".includes(pin)) return "PIN ini terlalu mudah ditebak.";
    repeatPin(root, opened, others, pin);
    return "";
  });
  replace(
    root,
    frame(
      h("h1", {}, "PIN untuk HP ini"),
      h("p", { class: "f-gate__sub" }, told || "PIN membuka catatan Anda di HP ini. Kantor tidak mengetahuinya."),
      first.node,
    ),
  );
}

function repeatPin(root: Element, opened: Opened, others: boolean, pin: string): void {
  const again = new PinEntry("Ulangi PIN", async (second) => {
    if (second !== pin) {
      choosePin(root, opened, others, "Kedua PIN berbeda. Pilih sekali lagi.");
      return "";
    }
    try {
      opened(await welcome(pin));
      return "";
    } catch (error) {
      return trouble(root, error, others);
    }
  });
  replace(root, frame(h("h1", {}, "PIN untuk HP ini"), h("p", { class: "f-gate__sub" }, "Ketik PIN yang sama sekali lagi."), again.node));
}

function trouble(root: Element, error: unknown, others: boolean): string {
  if (error instanceof Offline) return "Tidak ada sinyal. HP didaftarkan sekali selagi ada sinyal.";
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 401 || error.code === "device_needed" || error.code === "csrf_failed") {
    invite(root, others);
    return "";
  }
  return error.detail || "Kantor menolak pendaftaran HP ini. Hubungi operator.";
}
