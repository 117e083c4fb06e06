// "/" goes to the search field, "?" opens the help; neither acts while somebody types (WCAG 2.1.4).
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName);
}

function toggle(dialog: HTMLDialogElement): void {
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

export function shortcuts(): void {
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  const help = document.querySelector<HTMLDialogElement>("[data-help]");
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-help-open]")) {
    link.addEventListener("click", (event) => {
      if (!help) return;
      event.preventDefault();
      toggle(help);
    });
  }
  if (document.body.dataset["keys"] === "off") return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?" && help) {
      event.preventDefault();
      toggle(help);
    }
  });
}
