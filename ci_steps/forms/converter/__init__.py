"""The program that converts a model, in the model's own environment and sandbox.

These files stand beside `iddr_kinds`, which opens the model; they import each other and nothing else of ours.
"""
