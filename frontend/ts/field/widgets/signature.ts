// A signature drawn with the finger; the same pad takes a thumbprint's photo instead where somebody cannot write.
import { h } from "../dom";
import type { Strokes } from "../types";

export const PAD_WIDE = 1000;
export const PAD_HIGH = 400;
const WIDTH = PAD_WIDE;
const HEIGHT = PAD_HIGH;
const LEAST_PX = 100;
const STEP_PX = 4;

export interface Signed {
  strokes: Strokes;
  picture: Blob;
}

/** Ask for a signature; null where it was given up. */
export function sign(who: string): Promise<Signed | null> {
  return new Promise((resolve) => {
    const canvas = h("canvas", { class: "f-sign__pad", width: WIDTH, height: HEIGHT, "aria-label": `Tanda tangan ${who}` });
    const paint = canvas.getContext("2d");
    let drawn = 0;
    let last: [number, number] | null = null;
    let strokes: Strokes = [];
    const clear = (): void => {
      if (paint) {
        paint.fillStyle = "#ffffff";
        paint.fillRect(0, 0, WIDTH, HEIGHT);
      }
      drawn = 0;
      strokes = [];
      keep.disabled = true;
    };
    const at = (event: PointerEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      const [x, y] = [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
      return [Math.min(WIDTH, Math.max(0, Math.round(x))), Math.min(HEIGHT, Math.max(0, Math.round(y)))];
    };
    const move = (event: PointerEvent): void => {
      if (!last || !paint) return;
      const next = at(event);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP_PX) return;
      paint.strokeStyle = "#14253d";
      paint.lineWidth = 6;
      paint.lineCap = "round";
      paint.beginPath();
      paint.moveTo(...last);
      paint.lineTo(...next);
      paint.stroke();
      drawn += Math.hypot(next[0] - last[0], next[1] - last[1]);
      last = next;
      strokes[strokes.length - 1]?.push(next);
      keep.disabled = drawn < LEAST_PX;
    };
    const done = (picture: Blob | null): void => {
      dialog.close();
      dialog.remove();
      resolve(picture ? { strokes: strokes.filter((stroke) => stroke.length > 1), picture } : null);
    };
    const keep = h(
      "button",
      { class: "f-btn f-btn--main", type: "button", disabled: true, on: { click: () => canvas.toBlob((blob) => done(blob), "image/png") } },
      "Pakai tanda tangan",
    );
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      strokes.push([last]);
    });
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", () => (last = null));
    const dialog = h(
      "dialog",
      { class: "f-dialog f-sign", "aria-label": `Tanda tangan ${who}`, on: { cancel: () => done(null) } },
      h("h2", {}, who),
      h("p", {}, "Tanda tangan di kotak ini."),
      canvas,
      h(
        "div",
        { class: "f-dialog__acts" },
        keep,
        h("button", { class: "f-btn", type: "button", on: { click: clear } }, "Ulangi"),
        h("button", { class: "f-btn", type: "button", on: { click: () => done(null) } }, "Batal"),
      ),
    );
    clear();
    document.body.append(dialog);
    dialog.showModal();
  });
}
