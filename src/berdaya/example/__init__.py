"""Seeded generator of the example programmes: synthetic families in real areas (``berdaya example``)."""
