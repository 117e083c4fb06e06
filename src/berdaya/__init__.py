"""Berdaya: productive-economy programmes of Indonesian social-affairs offices."""

__version__ = "0.1.0"
