"""Writing: cards, rules, changes, growth classes."""
