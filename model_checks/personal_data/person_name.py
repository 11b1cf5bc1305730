"""Recognises people's names by the column's name, the values' shape, and common given names."""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness
from model_checks.personal_data.given_names import GIVEN_NAMES

CERTAIN = (
    "first name", "last name", "middle name", "given name", "family name", "maiden name", "full name",
    "fname", "lname", "forename", "surname", "vorname", "nachname", "familienname", "prenom",
    "nom de famille", "nombre completo", "apellido", "apellidos", "cognome", "sobrenome", "voornaam",
    "achternaam", "imie", "nazwisko", "fornamn", "efternamn", "fornavn", "etternavn", "efternavn", "etunimi",
    "sukunimi", "jmeno", "prijmeni", "имя", "фамилия", "姓名", "氏名", "名前",
)  # fmt: skip
PEOPLE = frozenset(
    {
        "applicant", "author", "child", "client", "contact", "customer", "doctor", "driver", "employee",
        "guest", "holder", "kunde", "member", "mitarbeiter", "owner", "parent", "passenger", "patient", "person",
        "player", "pupil", "student", "teacher", "tenant", "user", "cliente", "paciente", "salarie",
    }
)  # fmt: skip
NAME = ("name", "nom", "nombre", "nome", "naam", "navn", "namn", "nimi")
# Letters of any script; the first upper case, or of a script without case.
PART = r"(?:[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['\u2019-])*\.?)"
SMALL = r"(?:de|del|della|der|den|di|da|dos|du|la|le|van|von|zu|bin|al|el|y|e)"
SHAPE = re.compile(rf"{PART}(?:,? (?:{PART}|{SMALL}|\(.*\)))*")
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle|Sr|Sra|Sig)\b\.?")
MOST, KNOWN, KNOWN_HINTED = 0.7, 0.5, 0.2
LONGEST = 100


def person_name(column: Column) -> Likeness | None:
    """Recognise names of people, and not those of products, places or files."""
    shaped = column.share(_has_shape)
    if shaped < MOST:
        return None
    if column.says(*CERTAIN) or (column.says(*NAME) and PEOPLE.intersection(column.words)):
        return _likeness(0.9, f"the name says so and {shaped:.0%} of values have the shape")
    known = column.share(_is_known)
    if known >= (KNOWN_HINTED if column.says(*NAME) else KNOWN):
        return _likeness(0.7, f"{known:.0%} of values hold a title or a common given name")
    return None


def _likeness(confidence: float, reason: str) -> Likeness:
    return Likeness(kind="person's name", confidence=confidence, reason=reason)


def _has_shape(value: str) -> bool:
    return len(value) <= LONGEST and SHAPE.fullmatch(value) is not None


def _is_known(value: str) -> bool:
    # One word may be a name, a place or a month (Paris, April): it takes two to be a person.
    words = [w.strip(",.()").lower() for w in value.split()]
    return len(words) > 1 and (TITLED.search(value) is not None or not GIVEN_NAMES.isdisjoint(words))
