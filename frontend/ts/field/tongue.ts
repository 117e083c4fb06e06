// The language of the app. Indonesian is what stands in the source; English is looked up where words meet the screen.
import { ENGLISH } from "./english";
import { TOLD } from "./english-told";

export type Language = "id" | "en";
const PLACE = "berdaya-lapangan-bahasa";

interface Pattern {
  shape: RegExp;
  words: string;
}

let language: Language = kept();
let exact: Map<string, string> | null = null;
const patterns: Pattern[] = [];

function kept(): Language {
  try {
    return localStorage.getItem(PLACE) === "en" ? "en" : "id";
  } catch {
    // Storage may be refused altogether; then the app opens in Indonesian.
    return "id";
  }
}

export function spoken(): Language {
  return language;
}

export function speak(next: Language): void {
  language = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(PLACE, next);
  } catch {
    // It holds until the app is closed.
  }
}

/** Kind of business in the reader's language; packs carry both names, so that no signal is needed to change it. */
export function kindOf(row: { kind_name?: string; kind_en?: string } | undefined): string {
  return (language === "en" && row?.kind_en) || row?.kind_name || "";
}

/** "{}" stands for any words, "#" for a number or an amount. */
function load(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [words, english] of Object.entries({ ...ENGLISH, ...TOLD })) {
    if (!/\{\}|#/.test(words)) {
      found.set(words, english);
      continue;
    }
    const shape = words.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\}/g, "(.+?)").replace(/#/g, "(-?(?:Rp)?[\\d.,]+)");
    patterns.push({ shape: new RegExp(`^${shape}$`), words: english });
  }
  return found;
}

/** What stands on the screen for words of the source; what nobody translated, names above all, stays as it is. */
export function tr(text: string): string {
  if (language === "id" || !text) return text;
  exact ??= load();
  const core = text.trim();
  const told = exact.get(core) ?? matched(core) ?? (core.includes(" · ") ? core.split(" · ").map(tr).join(" · ") : core);
  return core === text ? told : text.replace(core, () => told);
}

function matched(text: string): string | undefined {
  for (const { shape, words } of patterns) {
    const found = shape.exec(text);
    if (!found) continue;
    let place = 0;
    return words.replace(/\{(\d?)\}/g, (_whole, number: string) => tr(found[number ? Number(number) : (place += 1)] ?? ""));
  }
  return undefined;
}
