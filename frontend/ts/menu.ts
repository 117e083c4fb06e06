// On narrow screens the navigation, the language and the account fold behind one button: the page begins at once.
export function menu(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-menu]");
  const app = document.querySelector(".b-app");
  if (!button || !app) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = app.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  });
}
