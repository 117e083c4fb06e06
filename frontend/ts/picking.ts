// Ticked rows: the button says how many; one click ticks or clears the page. Without this file the ticks work alone.
function bulk(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("button:not([type=button])");
  const all = form.querySelector<HTMLButtonElement>("[data-bulk-all]");
  const boxes = [...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form="${form.id}"]`)];
  if (!button || !all || boxes.length === 0) return;
  const plain = button.textContent ?? "";
  const counted = form.dataset["bulk"] ?? "";
  const tell = (): void => {
    const ticked = boxes.filter((box) => box.checked).length;
    button.textContent = ticked ? counted.replace("{n}", String(ticked)) : plain;
    button.disabled = ticked === 0;
    form.classList.toggle("is-on", ticked > 0);
    all.setAttribute("aria-pressed", String(ticked === boxes.length));
  };
  all.hidden = false;
  all.addEventListener("click", () => {
    const to = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = to;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}

// A small panel closes with Escape and when somebody clicks beside it; only one stands open.
function panels(): void {
  const every = [...document.querySelectorAll<HTMLDetailsElement>("details.b-pop")];
  for (const one of every) {
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !one.open) return;
      one.open = false;
      one.querySelector("summary")?.focus();
    });
  }
  document.addEventListener("click", (event) => {
    for (const one of every) if (one.open && !one.contains(event.target as Node)) one.open = false;
  });
}

export function picking(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-bulk]")) bulk(form);
  panels();
}
