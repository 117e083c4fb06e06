"""Addresses, thin: read the query, one call, one schema."""
