// The mark of Berdaya (static/mark.svg) drawn as a PNG for home screens: full square, the bars inside the safe zone.
import { crc32, deflateSync } from "node:zlib";

const NILA = [0x1f, 0x3f, 0x6b];
const PAPER = [0xfb, 0xf9, 0xf4];
const KUNYIT = [0xf2, 0xb6, 0x32];
// left, top, width, height in the mark's own 34 units, as in mark.svg
const BARS = [
  [8, 6, 18, 3, PAPER],
  [8, 12, 12, 3, PAPER],
  [8, 18, 6, 3, PAPER],
  [8, 24.25, 18, 2.5, KUNYIT],
];
const SAFE = 0.82; // a maskable icon may lose a tenth on each side

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** How much of the pixel at `at` (one unit wide) lies between `from` and `to`. */
function covered(at, from, to) {
  return Math.max(0, Math.min(at + 1, to) - Math.max(at, from));
}

/** The mark as a PNG of `size` pixels, edges smoothed by exact coverage. */
export function mark(size) {
  const scale = (size * SAFE) / 34;
  const shift = (size * (1 - SAFE)) / 2;
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y += 1) {
    const line = y * (size * 3 + 1);
    for (let x = 0; x < size; x += 1) {
      let colour = NILA;
      for (const [left, top, width, height, paint] of BARS) {
        const share =
          covered(x, shift + left * scale, shift + (left + width) * scale) *
          covered(y, shift + top * scale, shift + (top + height) * scale);
        if (share > 0) colour = colour.map((part, at) => Math.round(part + (paint[at] - part) * share));
      }
      rows.set(colour, line + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
