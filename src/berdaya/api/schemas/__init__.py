"""What the API answers, field by field; Indonesian first, English in ``x-en``."""
