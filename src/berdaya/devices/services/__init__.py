"""Writes of the devices package: phones, the inbox, files in parts, conflicts."""
