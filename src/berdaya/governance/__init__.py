"""Tata kelola kelompok: rules, changes and growth of groups; cards with which each member checks the book."""
