"""Devices, inbox, change log, conflicts (DESIGN 3.9); empty until the field app's issue, as the spine has no device."""
