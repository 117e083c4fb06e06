"""Linkage: who is who in lists and in the register (DESIGN 3.12)."""
