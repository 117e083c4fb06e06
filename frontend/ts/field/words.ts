// Numbers, money and days as Indonesians write them. No browser locale: its spaces and months differ between phones.
import { spoken } from "./tongue";

const MONTHS = [
  "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
  "Desember",
] as const;
const DAYS = ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"] as const;
const MONTHS_EN = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
  "December",
] as const;
const DAYS_EN = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const MAX_DIGITS = 11;

function month(number: number): string {
  return (spoken() === "en" ? MONTHS_EN : MONTHS)[number - 1] ?? "";
}

/** 1250000 -> "1.250.000". */
export function dots(value: number): string {
  const sign = value < 0 ? "-" : "";
  return sign + String(Math.abs(Math.trunc(value))).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}

/** 1250000 -> "Rp1.250.000" (official spelling: no space). */
export function rupiah(value: number): string {
  return value < 0 ? `-Rp${dots(-value)}` : `Rp${dots(value)}`;
}

/** 3, "ekor" -> "3 ekor"; 5000, "Rp" -> "Rp5.000". */
export function amount(value: number, unit: string): string {
  return unit === "Rp" ? rupiah(value) : `${dots(value)} ${unit}`.trim();
}

/** The digits of what was typed, without leading zeros; null for nothing. */
export function digits(text: string): number | null {
  const only = text.replace(/\D/g, "").slice(0, MAX_DIGITS);
  return only ? Number(only) : null;
}

/** ISO day of a moment in the phone's own time zone. */
export function isoDay(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function parts(iso: string): [number, number, number] {
  const [year = 0, month = 1, day = 1] = iso.slice(0, 10).split("-").map(Number);
  return [year, month, day];
}

/** "2026-10-31" -> "31 Oktober 2026". */
export function longDay(iso: string): string {
  const [year, number, day] = parts(iso);
  return `${day} ${month(number)} ${year}`;
}

/** "2026-10-31" -> "31 Okt". */
export function shortDay(iso: string): string {
  const [, number, day] = parts(iso);
  return `${day} ${month(number).slice(0, 3)}`;
}

/** "2026-10" or "2026-10-31" -> "Oktober 2026". */
export function monthName(iso: string): string {
  const [year, number] = parts(`${iso.slice(0, 7)}-01`);
  return `${month(number)} ${year}`;
}

export function weekday(iso: string): string {
  const [year, month, day] = parts(iso);
  return (spoken() === "en" ? DAYS_EN : DAYS)[new Date(year, month - 1, day).getDay()] ?? "";
}

/** 23.50, with a dot. */
export function clock(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(at.getHours())}.${two(at.getMinutes())}`;
}

/** Whole days from one ISO day to another. */
export function daysBetween(from: string, to: string): number {
  const at = (iso: string): number => {
    const [year, month, day] = parts(iso);
    return Date.UTC(year, month - 1, day);
  };
  return Math.round((at(to) - at(from)) / 86_400_000);
}

export function addDays(iso: string, days: number): string {
  const [year, month, day] = parts(iso);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

/** Metres as people say them: "350 m", "2,4 km", "18 km". */
export function distance(metres: number): string {
  if (metres < 1000) return `${Math.round(metres / 10) * 10} m`;
  const km = metres / 1000;
  return km < 10 ? `${km.toFixed(1).replace(".", ",")} km` : `${Math.round(km)} km`;
}

export function size(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} MB`;
}

/** "Kel. Airnona, Kec. Kota Raja, Kota Kupang" -> "Kel. Airnona, Kec. Kota Raja": who is there knows the town. */
export function nearby(place: string): string {
  return place.split(", ").slice(0, 2).join(", ");
}

/** First letters of at most two words, for the round of a name. */
export function initials(name: string): string {
  const words = name.replace(/\(.*\)/, "").trim().split(/\s+/);
  return words.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join("");
}
