"""How much a file may be before it is read, and while."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one uploaded file. Sizes in bytes."""

    file_bytes: int = 60 << 20
    inflated_bytes: int = 640 << 20
    csv_bytes: int = 320 << 20
    ratio: int = 100
    """Inflated over packed; real sheets stay below 30, very regular ones below 80."""
    ratio_from: int = 32 << 20
    """Below this size even a great ratio harms nobody."""
    entries: int = 2_000
    directory_bytes: int = 1 << 20
    rows: int = 199_999
    csv_rows: int = 2_000_000
    blank_rows: int = 100_000
    columns: int = 104
    cell_chars: int = 1 << 17
    sandbox_bytes: int = 1_400 << 20
    sandbox_seconds: int = 60
    sandbox_cells: int = 4_000_000
    sandbox_output_bytes: int = 256 << 20
    spread_bytes: int = 1 << 30
    """Cells times the longest shared text: above it the file is parsed under a memory limit."""

    def is_bomb(self, inflated: int, packed: int) -> bool:
        """Whether what came out so far stands in no relation to what went in."""
        return inflated > self.ratio_from and inflated > self.ratio * packed


LIMITS = Limits()
