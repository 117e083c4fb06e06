// Every record kind that this app can write, in the order of the "Catat" page.
import type { Screen } from "../screen";
import { visit } from "./visit";

export const SCREENS: readonly Screen[] = [visit];

export function screenOf(kind: string): Screen | undefined {
  return SCREENS.find((screen) => screen.kind === kind);
}
