// Names that look alike appear while a clerk types; without this the form's button does the same.
const PAUSE_MS = 180;
const LEAST = 3;

function follow(input: HTMLInputElement): void {
  const target = document.getElementById(input.dataset.similarInto ?? "");
  const address = input.dataset.similar;
  if (!target || !address) return;
  let timer = 0;
  let asked: AbortController | undefined;

  const ask = async (): Promise<void> => {
    asked?.abort();
    const name = input.value.trim();
    if (name.length < LEAST) {
      target.replaceChildren();
      return;
    }
    asked = new AbortController();
    const born = input.form?.querySelector<HTMLInputElement>('[name="lahir"]')?.value ?? "";
    const query = new URLSearchParams({ nama: name, lahir: born, potong: "ya" });
    try {
      const reply = await fetch(`${address}?${query}`, { signal: asked.signal, credentials: "same-origin" });
      if (reply.ok) target.innerHTML = await reply.text();
    } catch {
      // Typed on, or no network: the form's button still asks.
    }
  };

  input.form?.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  });
}

export function similar(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-similar]")) follow(input);
}
