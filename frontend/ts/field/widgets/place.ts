// Where the phone is. A missing position is a fact with a reason, never an error.
import type { Position } from "../types";

export type Missing = "denied" | "off" | "timeout";

const PATIENCE_MS = 20_000;
const OLD_MS = 60_000;

/** The position, or why there is none. */
export function whereAmI(): Promise<{ position: Position } | { missing: Missing }> {
  if (!("geolocation" in navigator)) return Promise.resolve({ missing: "off" });
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          position: {
            lat: Number(coords.latitude.toFixed(6)),
            lon: Number(coords.longitude.toFixed(6)),
            accuracy_m: Math.round(coords.accuracy),
          },
        }),
      (error) => resolve({ missing: error.code === 1 ? "denied" : error.code === 2 ? "off" : "timeout" }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: OLD_MS },
    );
  });
}
