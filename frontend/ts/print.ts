// A button that prints is of use with this file only; without it the browser's own menu prints the same page.
export function print(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
