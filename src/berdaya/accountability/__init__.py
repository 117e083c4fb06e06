"""Konfirmasi dan pertanggungjawaban: what recipients say they got, and how aid is accounted for."""
