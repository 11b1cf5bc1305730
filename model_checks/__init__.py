"""Checks on a model and its data: pure functions that yield findings."""
