// A code on a card: by the camera where the phone can read it, typed otherwise.
import { h, icon, replace } from "../dom";

interface Found {
  rawValue: string;
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<Found[]>;
}
type DetectorMaker = new (options: { formats: string[] }) => Detector;

const EVERY_MS = 250;

function maker(): DetectorMaker | undefined {
  return (window as unknown as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
}

/** The last part of an address or the text itself: cards carry either. */
export function codeOf(text: string): string {
  const trimmed = text.trim();
  const last = trimmed.split(/[/#?=]/).filter(Boolean).pop();
  return (trimmed.startsWith("http") ? (last ?? trimmed) : trimmed).toUpperCase();
}

/** Ask for a code; null where it was given up. */
export function askCode(title: string): Promise<string | null> {
  return new Promise((resolve) => {
    let stream: MediaStream | null = null;
    let timer = 0;
    const done = (code: string | null): void => {
      window.clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
      dialog.close();
      dialog.remove();
      resolve(code);
    };
    const typed = h("input", { class: "f-input", id: "kode", autocomplete: "off", autocapitalize: "characters", inputmode: "text" });
    const look = h("div", { class: "f-scan" });
    const form = h(
      "form",
      {
        on: {
          submit: (event) => {
            event.preventDefault();
            if (typed.value.trim()) done(codeOf(typed.value));
          },
        },
      },
      h("label", { for: "kode", class: "f-label" }, "Ketik kode kartu"),
      typed,
      h(
        "div",
        { class: "f-dialog__acts" },
        h("button", { class: "f-btn f-btn--main" }, "Cari kode"),
        h("button", { class: "f-btn", type: "button", on: { click: () => done(null) } }, "Batal"),
      ),
    );
    const dialog = h("dialog", { class: "f-dialog", "aria-label": title, on: { cancel: () => done(null) } }, h("h2", {}, title), look, form);
    const start = async (Maker: DetectorMaker): Promise<void> => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        const video = h("video", { muted: true, playsinline: true });
        video.srcObject = stream;
        replace(look, video);
        await video.play();
        const detector = new Maker({ formats: ["qr_code", "code_128"] });
        timer = window.setInterval(() => {
          void detector.detect(video).then((found) => {
            const code = found[0]?.rawValue;
            if (code) done(codeOf(code));
          }, () => undefined);
        }, EVERY_MS);
      } catch {
        replace(look, h("p", { class: "f-hint" }, "Kamera tidak dapat dipakai. Ketik kodenya."));
      }
    };
    const Maker = maker();
    if (Maker) {
      replace(look, h("button", { class: "f-btn", type: "button", on: { click: () => void start(Maker) } }, icon("scan"), "Pindai dengan kamera"));
    }
    document.body.append(dialog);
    dialog.showModal();
    typed.focus();
  });
}
