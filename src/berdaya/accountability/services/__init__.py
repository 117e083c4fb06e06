"""Writing: codes and statements, spot checks, LPJ."""
