"""Estimates of impact by a maintained econometrics library (DESIGN 3.14); empty until the issue that builds them."""
