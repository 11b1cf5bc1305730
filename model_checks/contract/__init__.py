"""The data contract: a JSON Schema that says what a row of model input is.

`DIALECT_FILES` need the standard library alone (Python 3.10 or newer) and import nothing but each other:
together they are copied into the serving image.
"""

DIALECT_FILES = (
    "__init__.py",
    "automata.py",
    "casting.py",
    "columns.py",
    "condition_reading.py",
    "condition_words.py",
    "conditions.py",
    "dialect.py",
    "formats.py",
    "judging.py",
    "multiples.py",
    "narrowing.py",
    "patterns.py",
    "problems.py",
    "reading.py",
    "rules.py",
    "uncompiled.py",
)
