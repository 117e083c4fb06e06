"""Pure rules of selection: no database, no clock, no randomness."""
