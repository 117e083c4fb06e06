// What somebody typed into a longer form outlives a reload, a lost session or a closed lid: it waits in this tab.
// It is dropped once a page of the office answers the sending, with "Buang", and when the person signs out.
type Kept = { sent: boolean; values: [string, string][] };
const MARK = "draft:";
const LEAST = 3;

const key = (form: HTMLFormElement): string =>
  `${MARK}${location.pathname}#${[...document.forms].filter((one) => one.method === "post").indexOf(form)}`;

function fields(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[] {
  return [...form.elements].filter(
    (one): one is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement =>
      (one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement || one instanceof HTMLInputElement) &&
      !!one.name &&
      !/^(password|file|hidden|checkbox|radio|submit|search)$/.test(one.type) &&
      !/nik|kk|kode|csrf/i.test(one.name),
  );
}

function read(name: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function settle(signedIn: boolean): void {
  for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith(MARK))) {
    const kept = read(name);
    if (!kept) continue;
    if (signedIn && kept.sent) sessionStorage.removeItem(name);
    // The door instead of an answer: the session was gone, so the sending was not taken.
    if (!signedIn && kept.sent) sessionStorage.setItem(name, JSON.stringify({ ...kept, sent: false }));
  }
}

function offer(form: HTMLFormElement, note: HTMLElement): void {
  const name = key(form);
  const kept = read(name);
  const known = new Map(fields(form).map((field) => [field.name, field]));
  if (!kept || !kept.values.some(([field, value]) => value && known.get(field)?.value !== value)) return;
  const box = note.cloneNode(true) as HTMLElement;
  box.hidden = false;
  box.querySelector("[data-draft-restore]")?.addEventListener("click", () => {
    for (const [field, value] of kept.values) {
      const one = known.get(field);
      if (one) one.value = value;
    }
    form.closest("details")?.setAttribute("open", "");
    box.remove();
    fields(form)[0]?.focus();
  });
  box.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
    sessionStorage.removeItem(name);
    box.remove();
  });
  (form.closest("details") ?? form).before(box);
}

export function drafts(): void {
  const note = document.querySelector<HTMLElement>("[data-draft]");
  settle(!!document.querySelector(".b-who"));
  if (!note) return;
  for (const form of document.querySelectorAll<HTMLFormElement>('form[method="post"]')) {
    if (form.action.includes("/keluar/")) {
      form.addEventListener("submit", () => sessionStorage.clear());
      continue;
    }
    const own = fields(form);
    if (own.length < LEAST && !own.some((field) => field instanceof HTMLTextAreaElement)) continue;
    offer(form, note);
    const keep = (sent: boolean): void => {
      const values = fields(form).map((field): [string, string] => [field.name, field.value]);
      sessionStorage.setItem(key(form), JSON.stringify({ sent, values }));
    };
    form.addEventListener("input", () => keep(false));
    form.addEventListener("submit", () => keep(true));
  }
}
