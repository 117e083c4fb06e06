// A form goes out once: the second of two quick clicks is dropped (the server refuses it as well).
export function once(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[method="post"]')) {
    let sent = 0;
    form.addEventListener("submit", (event) => {
      const now = Date.now();
      if (now - sent < 3000) event.preventDefault();
      else sent = now;
    });
  }
}
