"""The five programmes of the examples, each with the real numbers of its place."""
