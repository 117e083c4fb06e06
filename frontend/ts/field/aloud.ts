// The close of a meeting as it is read aloud: one fact a sentence, twelve words at most.
import { dots } from "./words";

export interface Closing {
  opening: number;
  savings: number;
  savers: number;
  paid: number;
  payers: number;
  solidarity: number;
  turn: number;
  turnTo: string;
  unpaid: string[];
}
export const MOST_WORDS = 12;
const NAMES_A_LINE = 4;

function money(value: number): string {
  return `${dots(value)} rupiah`;
}

/** Cash in the box after the meeting. */
export function cashAfter(closing: Closing): number {
  return closing.opening + closing.savings + closing.paid + closing.solidarity - closing.turn;
}

/** Short names, so that a sentence stays short: "Siti", not "Siti Aminah binti Kasim". */
function called(name: string): string {
  return name.split(/\s+/)[0] ?? name;
}

export function sentences(closing: Closing): string[] {
  const lines = [`Uang kas sebelum rapat ${money(closing.opening)}.`];
  lines.push(closing.savers ? `${closing.savers} orang menabung, jumlahnya ${money(closing.savings)}.` : "Hari ini tidak ada yang menabung.");
  lines.push(closing.payers ? `${closing.payers} orang membayar angsuran, jumlahnya ${money(closing.paid)}.` : "Hari ini tidak ada angsuran.");
  if (closing.solidarity) lines.push(`Iuran kesetiakawanan masuk ${money(closing.solidarity)}.`);
  if (closing.turn) lines.push(`Giliran untuk ${called(closing.turnTo)}, ${money(closing.turn)}.`);
  lines.push(`Uang kas sekarang ${money(cashAfter(closing))}.`);
  for (let from = 0; from < closing.unpaid.length; from += NAMES_A_LINE) {
    lines.push(`Belum membayar: ${closing.unpaid.slice(from, from + NAMES_A_LINE).map(called).join(", ")}.`);
  }
  return lines;
}
