// Every record kind that this app can write, in the order of the "Catat" page.
import type { Screen } from "../screen";
import { assessment } from "./assessment";
import { attendance } from "./attendance";
import { contest } from "./contest";
import { handover } from "./handover";
import { meeting } from "./meeting";
import { sale } from "./sale";
import { verification } from "./verification";
import { visit } from "./visit";

export const SCREENS: readonly Screen[] = [visit, meeting, attendance, assessment, handover, verification, sale, contest];

export function screenOf(kind: string): Screen | undefined {
  return SCREENS.find((screen) => screen.kind === kind);
}
