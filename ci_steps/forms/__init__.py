"""Turns a model into the form that is served: with fewer packages, and nothing to unpickle."""
