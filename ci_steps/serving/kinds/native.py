"""One form for models that are no scikit-learn estimators: labels or numbers, and probabilities."""

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

Answer = Tuple[Any, Optional[Any]]
EVEN = 0.5


class NativeModel:
    """A model behind one function: `ask(rows)` returns values (rows,) and probabilities (rows, classes) or None.

    `classes_` is empty for a regression.
    """

    def __init__(self, kind: str, ask: Callable[[Any], Answer], classes: Sequence[Any], *, chances: bool) -> None:
        """Keep the function; `chances` says whether it gives probabilities."""
        self.kind = kind
        self.ask = ask
        self.classes_ = list(classes)
        self.gives_probabilities = chances

    def answer(self, rows: Any) -> Answer:
        """Return the model's answers on `rows`; on none it is not asked."""
        import numpy as np

        if len(rows):
            return self.ask(rows)
        empty = np.zeros((0, len(self.classes_))) if self.gives_probabilities else None
        return labels_of(self.classes_ or [0.0])[:0], empty


def labels_of(classes: Sequence[Any]) -> Any:
    """Return classes as an array of shape (classes,): texts as objects, others as they are."""
    import numpy as np

    text = any(isinstance(each, str) for each in classes)
    return np.array([*list(classes), None], dtype=object)[:-1] if text else np.asarray(list(classes))


def named_classes(told: Dict[str, Any], count: int, what: str) -> List[Any]:
    """Return the declared classes, else 0 to `count` - 1.

    Raises ValueError where another number is declared than `what`, the model, has.
    """
    declared = list(told.get("classes") or ())
    if declared and len(declared) != count:
        raise ValueError(
            "%s has %d classes, and [model] classes names %d: %s" % (what, count, len(declared), declared)
        )
    return declared or list(range(count))


def without_classes(told: Dict[str, Any], what: str) -> List[Any]:
    """Return no classes; raises ValueError where some are declared for `what`, which answers with numbers."""
    if told.get("classes"):
        raise ValueError("%s answers with numbers, and [model] classes is declared; leave it out" % what)
    return []


def of_two(chances: Any, classes: Sequence[Any]) -> Answer:
    """Return labels and probabilities from those of the second of two classes, shape (rows,)."""
    import numpy as np

    return labels_of(classes)[(chances > EVEN).astype(int)], np.column_stack([1.0 - chances, chances])


def of_many(chances: Any, classes: Sequence[Any]) -> Answer:
    """Return labels and probabilities, shape (rows, classes)."""
    return labels_of(classes)[chances.argmax(axis=1)], chances


def known_labels(values: Any, classes: Sequence[Any]) -> Any:
    """Return `values`, each of which must be one of `classes`; any are welcome where no class is known."""
    strange = [each for each in set(values.tolist()) if each not in classes] if len(classes) else []
    if strange:
        raise ValueError(
            "the model answered %r, which is none of its classes %s; set [model] classes"
            % (strange[0], list(classes))
        )
    return values
