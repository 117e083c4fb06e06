// What is drawn anew under a finger swallows its tap: who draws by themselves waits until the finger is lifted.
/** A tap on a touch screen becomes a click a moment after the finger has left. */
const CLICK_MS = 300;

let down = false;
let timer = 0;
const waiting = new Set<() => void>();

function lifted(): void {
  window.clearTimeout(timer);
  down = false;
  const works = [...waiting];
  waiting.clear();
  for (const work of works) work();
}

function soon(wait: number): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(lifted, wait);
}

if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => {
    window.clearTimeout(timer);
    down = true;
  }, { capture: true, passive: true });
  for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, () => soon(CLICK_MS), { capture: true, passive: true });
  // The click's own work comes first.
  window.addEventListener("click", () => soon(0), { capture: true, passive: true });
}

/** Draw now, or as soon as nobody touches the screen; the same work asked for twice is done once. */
export function whenLifted(work: () => void): void {
  if (down) waiting.add(work);
  else work();
}
