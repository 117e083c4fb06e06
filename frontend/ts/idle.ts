// The server ends a session after a time without requests. Whoever types is at the desk: that is told to the server now
// and then. Whoever is not is warned in time, and leaves no open page behind; what was typed stays (draft.ts).
const SHARED = "berdaya:seen";
const TICK_MS = 5_000;
const MARGIN_MS = 75_000; // the server notes a request at most once a minute
const WARNING_MS = 5 * 60_000;

function shared(): number {
  try {
    return Number(localStorage.getItem(SHARED)) || 0;
  } catch {
    return 0;
  }
}

function share(at: number): void {
  try {
    localStorage.setItem(SHARED, String(at));
  } catch {
    // No storage: each tab keeps its own time, and the server keeps the true one.
  }
}

export function idle(): void {
  const box = document.querySelector<HTMLElement>("[data-idle]");
  const text = box?.querySelector<HTMLElement>("[data-idle-text]");
  const out = document.querySelector<HTMLFormElement>('form[action="/keluar/"]');
  if (!box || !text || !out) return;
  const said = box.dataset;
  const limit = Number(said["idle"]) * 1000 - MARGIN_MS;
  const warning = Math.min(WARNING_MS, limit / 2);
  let seen = Date.now();
  let typed = false;
  let left = false;
  share(seen);

  const post = (address: string): Promise<Response> =>
    fetch(address, { method: "POST", body: new FormData(out), credentials: "same-origin", redirect: "manual" });

  const leave = async (end: boolean): Promise<void> => {
    if (left) return;
    left = true;
    try {
      if (end) await post(out.action);
    } catch {
      // No line: the server ends the session by itself.
    }
    location.assign(`${said["door"]}?next=${encodeURIComponent(location.pathname + location.search)}`);
  };

  const stay = async (): Promise<void> => {
    const asked = Date.now();
    try {
      const answer = await post(said["alive"] ?? "");
      if (answer.status === 401 || answer.status === 403) return await leave(false);
      if (answer.status !== 204) return;
    } catch {
      return;
    }
    typed = false;
    seen = asked;
    share(seen);
    look();
  };

  const look = (): void => {
    const gone = Date.now() - Math.max(seen, shared());
    if (gone >= limit) return void leave(true);
    if (typed && gone > limit / 4) return void stay();
    const minutes = Math.floor((limit - gone) / 60_000);
    const words = minutes ? (said["left"] ?? "").replace("{n}", String(minutes)) : (said["last"] ?? "");
    const close = gone >= limit - warning;
    if (close && text.textContent !== words) text.textContent = words;
    if (!close) text.textContent = "";
    box.hidden = !close;
  };

  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(kind, () => (typed = true), { passive: true });
  }
  box.querySelector("[data-idle-stay]")?.addEventListener("click", () => void stay());
  document.addEventListener("visibilitychange", look);
  window.setInterval(look, TICK_MS);
}
