"""Reads model files without loading them."""
