"""The kinds of models that can be opened, and their answers in one form.

The same files stand beside the sandboxed child and in the image. They are Python 3.6 syntax and need numpy and
what the model itself needs; they import each other and nothing else of ours.
"""
