// The NIK of a KTP: sealed at the sixteenth digit, never shown again; online the server tells whether it matches.
import { Offline, Refusal, Server } from "./api";
import { h, icon, say, type Child } from "./dom";
import type { Hand } from "./hand";
import { sealNik } from "./nik";
import { at, type Field } from "./screen";
import type { Body } from "./types";

type NikField = Extract<Field, { type: "nik" }>;

async function compare(field: NikField, form: Hand, sealed: Body): Promise<void> {
  try {
    const match = await new Server(form.ctx.vault.me.token).nikMatches(field.person, sealed);
    form.set(`${field.path}_match`, match);
  } catch (error) {
    if (error instanceof Offline) say("Tanpa sinyal: NIK dicocokkan di kantor.");
    else if (error instanceof Refusal) say(error.detail || "NIK dicocokkan di kantor.");
    else throw error;
  }
}

export function drawNik(field: NikField, form: Hand): Child {
  const sealed = at(form.ctx.body, field.path);
  const match = at(form.ctx.body, `${field.path}_match`);
  if (sealed) {
    const words = match === true ? "Empat angka terakhir cocok" : match === false ? "Empat angka terakhir tidak cocok" : "NIK tersegel untuk kantor";
    return h(
      "div",
      { class: "f-field", "data-path": field.path },
      h("p", { class: match === false ? "f-wrong" : "f-kept" }, icon(match === false ? "warn" : "lock"), words),
      h("button", { type: "button", class: "f-link", on: { click: () => form.change((body) => { body[field.path] = null; delete body[`${field.path}_match`]; }) } }, "Ketik ulang NIK"),
    );
  }
  const input = h("input", {
    id: `f-${field.path}`, class: "f-input f-input--number", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 16,
    "aria-describedby": `f-${field.path}-hint`,
  });
  input.addEventListener("input", () => {
    const digits = input.value.replace(/\D/g, "");
    if (digits.length !== 16) return;
    input.value = "";
    void sealNik(digits, form.ctx.vault.me.server_key).then((envelope) => {
      form.set(field.path, envelope);
      return compare(field, form, envelope);
    });
  });
  return h(
    "div",
    { class: "f-field", "data-path": field.path },
    h("label", { class: "f-label", for: `f-${field.path}` }, field.label),
    h("p", { class: "f-hint", id: `f-${field.path}-hint` }, field.hint ?? "16 angka. Langsung disegel untuk kantor; HP tidak menyimpannya."),
    input,
  );
}
