// On narrow screens the navigation folds behind one button.
export function menu(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-menu]");
  const nav = document.getElementById("menu");
  if (!button || !nav) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = nav.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  });
}
