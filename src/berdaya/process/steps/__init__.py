"""The steps of a walk, one module per stage."""
