// Arrow keys walk the tile map by its rows and columns; Tab still visits every tile in reading order.
const STEP: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function nearest(from: SVGElement, all: SVGElement[], dx: number, dy: number): SVGElement | undefined {
  const at = (tile: SVGElement): [number, number] => [Number(tile.dataset["col"]), Number(tile.dataset["row"])];
  const [x, y] = at(from);
  const ahead = all
    .map((tile) => ({ tile, dx: at(tile)[0] - x, dy: at(tile)[1] - y }))
    .filter((other) => (dx ? Math.sign(other.dx) === dx : Math.sign(other.dy) === dy));
  const cost = (other: { dx: number; dy: number }): number =>
    dx ? Math.abs(other.dx) + 8 * Math.abs(other.dy) : Math.abs(other.dy) + 8 * Math.abs(other.dx);
  ahead.sort((a, b) => cost(a) - cost(b));
  return ahead[0]?.tile;
}

export function tiles(): void {
  for (const map of document.querySelectorAll<SVGElement>("[data-tiles]")) {
    const all = [...map.querySelectorAll<SVGElement>("a[data-col]")];
    map.addEventListener("keydown", (event) => {
      const step = STEP[event.key];
      const from = all.find((tile) => tile === document.activeElement);
      if (!step || !from) return;
      const next = nearest(from, all, step[0], step[1]);
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }
}
