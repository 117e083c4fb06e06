// Signatures drawn at the desk. The strokes go into a hidden field as points on a pad of 1000 x 400; the server draws
// them anew. Without this file, or without a pointer, a thumbprint with a witness or a scan of the paper stands instead.
const WIDE = 1000;
const HIGH = 400;
const STEP = 4;
const NS = "http://www.w3.org/2000/svg";

type Point = [number, number];

function pad(box: HTMLElement): void {
  const field = box.querySelector<HTMLInputElement>('input[type="hidden"]');
  const sheet = box.querySelector<SVGSVGElement>("svg");
  const again = box.querySelector<HTMLButtonElement>("button");
  if (!field || !sheet || !again) return;
  const strokes: Point[][] = [];
  let line: SVGPolylineElement | null = null;

  const at = (event: PointerEvent): Point => {
    const edge = sheet.getBoundingClientRect();
    const x = Math.round(((event.clientX - edge.left) / edge.width) * WIDE);
    const y = Math.round(((event.clientY - edge.top) / edge.height) * HIGH);
    return [Math.min(WIDE, Math.max(0, x)), Math.min(HIGH, Math.max(0, y))];
  };
  const keep = (): void => {
    const drawn = strokes.filter((stroke) => stroke.length > 1);
    field.value = drawn.length > 0 ? JSON.stringify(drawn) : "";
    again.hidden = strokes.length === 0;
    choose(box, drawn.length > 0);
  };
  sheet.addEventListener("pointerdown", (event) => {
    sheet.setPointerCapture(event.pointerId);
    strokes.push([at(event)]);
    line = document.createElementNS(NS, "polyline");
    sheet.append(line);
    event.preventDefault();
  });
  sheet.addEventListener("pointermove", (event) => {
    const stroke = strokes[strokes.length - 1];
    const last = stroke?.[stroke.length - 1];
    if (!line || !stroke || !last) return;
    const next = at(event);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP) return;
    stroke.push(next);
    line.setAttribute("points", stroke.map((point) => point.join(",")).join(" "));
  });
  const lift = (): void => {
    line = null;
    keep();
  };
  sheet.addEventListener("pointerup", lift);
  sheet.addEventListener("pointercancel", lift);
  again.addEventListener("click", () => {
    strokes.length = 0;
    for (const old of sheet.querySelectorAll("polyline")) old.remove();
    keep();
  });
}

/** The receiver's own signature decides the kind of proof; the other two only stand beside it. */
function choose(box: HTMLElement, drawn: boolean): void {
  const target = document.getElementById(box.dataset.inkChooses ?? "");
  if (!(target instanceof HTMLSelectElement)) return;
  if (drawn) target.value = "signature";
  else if (target.value === "signature") target.value = "";
}

export function ink(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-ink]")) pad(box);
}
