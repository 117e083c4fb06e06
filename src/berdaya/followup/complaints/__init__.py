"""Pengaduan: a case with a deadline, never seen by the person it is about, whose result reaches the complainant."""
