// How each kind of field looks and what a touch on it does.
import { h, icon, say, type Child } from "./dom";
import type { Hand } from "./hand";
import { drawList } from "./lists";
import { drawNik } from "./niks";
import { at, listAt, numberAt, textAt, type Field } from "./screen";
import type { Position, Strokes } from "./types";
import { amount, longDay } from "./words";
import { shrink } from "./widgets/photo";
import { PAD_HIGH, PAD_WIDE, sign } from "./widgets/signature";
import { canRecord, record, type Recording } from "./widgets/voice";
import { NoRoom } from "./vault";

const NO_ROOM = "Memori HP penuh: foto atau suara ini tidak tersimpan. Catatannya tetap tersimpan.";

type Of<T extends Field["type"]> = Extract<Field, { type: T }>;

function wrong(form: Hand, path: string): Child {
  const text = form.flawAt(path);
  return text ? h("p", { class: "f-wrong" }, icon("warn"), text) : null;
}

function drawNumber(field: Of<"number">, form: Hand): Child {
  const value = numberAt(form.ctx.body, field.path);
  const last = field.last === null ? "belum pernah dicatat" : `lalu ${amount(field.last, field.unit)}`;
  return h(
    "button",
    {
      type: "button", class: "f-row", id: `f-${field.path}`, "data-path": field.path,
      on: { click: () => form.openPad(field) },
    },
    h("span", { class: "f-row__label" }, field.label, h("small", {}, field.hint ?? last)),
    h("span", { class: value === null ? "f-row__value f-row__value--none" : "f-row__value" }, value === null ? "isi" : amount(value, field.unit)),
  );
}

function drawChoice(field: Of<"choice">, form: Hand): Child {
  const value = at(form.ctx.body, field.path);
  return h(
    "fieldset",
    { class: "f-field", "data-path": field.path },
    h("legend", { class: "f-label" }, field.label),
    field.hint ? h("p", { class: "f-hint" }, field.hint) : null,
    wrong(form, field.path),
    h(
      "div",
      { class: "f-choices" },
      field.options.map((option) =>
        h(
          "button",
          {
            type: "button", class: "f-choice", id: `f-${field.path}-${option.value}`, "aria-pressed": String(value === option.value),
            on: { click: () => form.set(field.path, value === option.value ? null : option.value) },
          },
          option.label,
        ),
      ),
    ),
  );
}

function drawText(field: Of<"text">, form: Hand): Child {
  const value = textAt(form.ctx.body, field.path);
  const id = `f-${field.path}`;
  const attrs = {
    id, class: "f-input", maxlength: field.most, value, autocomplete: "off",
    on: {
      focus: () => form.touch(field.path),
      input: (event: Event) => form.write(field.path, (event.target as HTMLInputElement).value),
    },
  };
  const chips = (field.chips ?? []).map((chip) =>
    h(
      "button",
      {
        type: "button", class: "f-chip", id: `${id}-${chip}`, "aria-pressed": String(value === chip),
        on: { click: () => form.set(field.path, value === chip ? "" : chip) },
      },
      chip,
    ),
  );
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    h("label", { class: "f-label", for: id }, field.label),
    field.hint ? h("p", { class: "f-hint" }, field.hint) : null,
    wrong(form, field.path),
    chips.length ? h("div", { class: "f-chips", role: "group", "aria-label": "Pilihan cepat" }, chips) : null,
    field.long ? h("textarea", { ...attrs, rows: 3 }) : h("input", { ...attrs, type: "text" }),
  );
}

function drawDate(field: Of<"date">, form: Hand): Child {
  const value = textAt(form.ctx.body, field.path);
  const back = value && value < form.ctx.today;
  const input = h("input", {
    id: `f-${field.path}`, class: "f-input", type: "date", value, max: form.ctx.today,
    on: {
      focus: () => form.touch(field.path),
      change: (event) => form.set(field.path, (event.target as HTMLInputElement).value || form.ctx.today),
    },
  });
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    h("label", { class: "f-label", for: `f-${field.path}` }, field.label),
    back ? h("p", { class: "f-hint f-hint--mark" }, `Tanggal mundur: ${longDay(value)}. Ditandai di laporan.`) : null,
    wrong(form, field.path),
    input,
  );
}

async function takePhoto(field: Of<"photos">, form: Hand, input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  form.touch(field.path);
  try {
    const small = await shrink(file);
    const name = await form.addFile(`${field.path.split(".")[0] ?? "photo"}_`, small, field.file);
    const names = field.single ? name : [...listAt(form.ctx.body, field.path), name];
    form.set(field.path, names);
  } catch (error) {
    say(error instanceof NoRoom ? NO_ROOM : "Berkas ini bukan gambar yang dapat dibaca. Ambil foto lagi.");
  }
}

async function fillPicture(image: HTMLImageElement, form: Hand, name: string): Promise<void> {
  const blob = await form.ctx.vault.picture(form.ctx.draft.files[name] ?? "");
  if (!blob) return;
  image.src = URL.createObjectURL(blob);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
}

function drawPhotos(field: Of<"photos">, form: Hand): Child {
  const value = at(form.ctx.body, field.path);
  const names = Array.isArray(value) ? (value as string[]) : typeof value === "string" && value ? [value] : [];
  const id = `f-${field.path}`;
  const input = h("input", { id, type: "file", accept: "image/*", capture: "environment", class: "f-unseen" });
  input.addEventListener("change", () => void takePhoto(field, form, input));
  const shown = names.map((name, index) => {
    const image = h("img", { class: "f-photo__img", alt: `${field.label} ${index + 1}` });
    void fillPicture(image, form, name);
    const drop = async (): Promise<void> => {
      await form.dropFile(name);
      form.set(field.path, field.single ? null : names.filter((other) => other !== name));
    };
    return h(
      "li",
      { class: "f-photo" },
      image,
      h("button", { type: "button", class: "f-photo__drop", "aria-label": `Hapus ${field.label} ${index + 1}`, on: { click: () => void drop() } }, "×"),
    );
  });
  const full = names.length >= (field.single ? 1 : field.most);
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    wrong(form, field.path),
    shown.length ? h("ul", { class: "f-photos" }, shown) : null,
    full ? null : [input, h("label", { class: "f-btn f-btn--line", for: id }, icon("camera"), field.label)],
    field.hint ? h("p", { class: "f-hint" }, field.hint) : null,
  );
}

function strokesPicture(strokes: Strokes): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${PAD_WIDE} ${PAD_HIGH}`);
  svg.setAttribute("class", "f-sign__img f-sign__img--drawn");
  svg.setAttribute("aria-hidden", "true");
  for (const stroke of strokes) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    line.setAttribute("points", stroke.map((point) => point.join(",")).join(" "));
    svg.append(line);
  }
  return svg;
}

function drawSignature(field: Of<"signature">, form: Hand): Child {
  const value = at(form.ctx.body, field.path);
  const name = typeof value === "string" ? value : "";
  const start = async (): Promise<void> => {
    form.touch(field.path);
    const drawn = await sign(field.who);
    if (!drawn) return;
    if (field.as === "strokes") return form.set(field.path, drawn.strokes);
    try {
      const fresh = await form.addFile("ttd_", drawn.picture);
      if (name) await form.dropFile(name);
      form.set(field.path, fresh);
    } catch {
      say(NO_ROOM);
    }
  };
  const image = h("img", { class: "f-sign__img", alt: `Tanda tangan ${field.who}` });
  if (name) void fillPicture(image, form, name);
  const there = Array.isArray(value) ? value.length > 0 : Boolean(name);
  return h(
    "div",
    { class: "f-field f-sign__field", "data-path": field.path },
    h("p", { class: "f-label" }, field.label, h("small", {}, field.who)),
    wrong(form, field.path),
    name ? image : Array.isArray(value) ? strokesPicture(value as Strokes) : null,
    h("button", { type: "button", class: "f-btn f-btn--line", id: `f-${field.path}`, on: { click: () => void start() } }, there ? "Ulangi tanda tangan" : "Minta tanda tangan"),
  );
}

let recording: Recording | null = null;

function drawVoice(field: Of<"voice">, form: Hand): Child {
  const name = textAt(form.ctx.body, field.path);
  const start = async (): Promise<void> => {
    form.touch(field.path);
    if (recording) {
      recording.stop();
      return;
    }
    try {
      recording = await record();
    } catch {
      say("Mikrofon tidak diizinkan. Tulis catatan saja.");
      return;
    }
    form.set(field.path, null);
    const blob = await recording.done;
    recording = null;
    if (!blob.size) {
      say("Suara tidak terekam. Coba sekali lagi.");
      form.set(field.path, null);
      return;
    }
    try {
      form.set(field.path, await form.addFile("suara_", blob));
    } catch {
      say(NO_ROOM);
      form.set(field.path, null);
    }
  };
  const drop = async (): Promise<void> => {
    await form.dropFile(name);
    form.set(field.path, null);
  };
  const text = recording ? "Selesai merekam" : "Rekam catatan suara";
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    name
      ? h("p", { class: "f-kept" }, icon("check"), "Catatan suara tersimpan", h("button", { type: "button", class: "f-link", on: { click: () => void drop() } }, "Hapus"))
      : h("button", { type: "button", class: "f-btn f-btn--line", id: `f-${field.path}`, disabled: !canRecord(), on: { click: () => void start() } }, icon(recording ? "stop" : "mic"), text),
    field.hint ? h("p", { class: "f-hint" }, canRecord() ? field.hint : "HP ini tidak dapat merekam suara.") : null,
  );
}

const MISSING: Record<string, string> = {
  denied: "Posisi tidak diizinkan di HP ini. Kunjungan tetap dapat disimpan dan ditandai tanpa posisi.",
  off: "GPS mati. Kunjungan tetap dapat disimpan dan ditandai tanpa posisi.",
  timeout: "Posisi belum ketemu. Kunjungan tetap dapat disimpan dan ditandai tanpa posisi.",
};

function drawPosition(form: Hand): Child {
  const position = at(form.ctx.body, "position") as Position | null | undefined;
  const missing = textAt(form.ctx.body, "position_missing");
  const words = position ? `Posisi tercatat, ketelitian ${position.accuracy_m} m` : (MISSING[missing] ?? "Mencari posisi …");
  return h(
    "p",
    { class: position ? "f-place f-place--known" : "f-place" },
    icon("pin"),
    h("span", {}, words),
    !position && missing ? h("button", { type: "button", class: "f-link", on: { click: () => form.askPosition() } }, "Coba lagi") : null,
  );
}

function drawCheck(field: Of<"check">, form: Hand): Child {
  const on = at(form.ctx.body, field.path) === true;
  return h(
    "button",
    {
      type: "button", class: "f-tick", role: "checkbox", "aria-checked": String(on), id: `f-${field.path}`, "data-path": field.path,
      on: { click: () => form.set(field.path, !on) },
    },
    h("span", { class: "f-tick__box" }, on ? icon("check") : null),
    h("span", { class: "f-tick__words" }, field.label, field.hint ? h("small", {}, field.hint) : null),
  );
}

function drawSpeak(field: Of<"speak">): Child {
  const talk = (): void => {
    if (!("speechSynthesis" in window)) {
      say("HP ini tidak dapat berbicara. Bacakan tulisannya.");
      return;
    }
    speechSynthesis.cancel();
    for (const line of field.text()) {
      const words = new SpeechSynthesisUtterance(line);
      words.lang = "id-ID";
      words.rate = 0.9;
      speechSynthesis.speak(words);
    }
  };
  return h(
    "div",
    { class: "f-aloud" },
    h("ul", {}, field.text().map((line) => h("li", {}, line))),
    h("button", { type: "button", class: "f-btn f-btn--line", on: { click: talk } }, icon("speak"), field.label),
  );
}

export function drawField(field: Field, form: Hand): Child {
  switch (field.type) {
    case "number": return drawNumber(field, form);
    case "choice": return drawChoice(field, form);
    case "text": return drawText(field, form);
    case "date": return drawDate(field, form);
    case "photos": return drawPhotos(field, form);
    case "voice": return drawVoice(field, form);
    case "signature": return drawSignature(field, form);
    case "check": return drawCheck(field, form);
    case "ticks":
    case "amounts": return drawList(field, form);
    case "nik": return drawNik(field, form);
    case "position": return drawPosition(form);
    case "act":
      return h(
        "div",
        { class: "f-field" },
        h("button", { type: "button", class: "f-btn f-btn--line f-act", "aria-pressed": field.on === undefined ? undefined : String(field.on), on: { click: () => field.act(form.ctx) } }, field.icon ? icon(field.icon) : null, field.label),
        field.hint ? h("p", { class: "f-hint" }, field.hint) : null,
      );
    case "note": return h("p", { class: `f-note f-note--${field.tone ?? "plain"}` }, field.text);
    case "speak": return drawSpeak(field);
    case "node": return field.draw();
  }
}
