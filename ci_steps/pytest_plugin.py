"""Lets pytest run the plan of an `iddr.toml` as tests: the local dry run."""
