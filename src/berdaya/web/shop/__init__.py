"""The public shop: buyers without an account."""
