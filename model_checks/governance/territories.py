"""Which place lies in which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# ISO 3166-1 codes. Treaty on European Union, article 52; Agreement on the European Economic Area, article 126.
EU = {
    "at": "austria", "be": "belgium", "bg": "bulgaria", "hr": "croatia", "cy": "cyprus", "cz": "czechia",
    "dk": "denmark", "ee": "estonia", "fi": "finland", "fr": "france", "de": "germany", "gr": "greece",
    "hu": "hungary", "ie": "ireland", "it": "italy", "lv": "latvia", "lt": "lithuania", "lu": "luxembourg",
    "mt": "malta", "nl": "netherlands", "pl": "poland", "pt": "portugal", "ro": "romania", "sk": "slovakia",
    "si": "slovenia", "es": "spain", "se": "sweden",
}  # fmt: skip
EEA = EU | {"is": "iceland", "li": "liechtenstein", "no": "norway"}
OTHERS = {
    "ch": "switzerland", "gb": "united kingdom", "us": "united states", "ca": "canada", "jp": "japan",
    "au": "australia", "nz": "new zealand", "in": "india", "cn": "china", "br": "brazil", "sg": "singapore",
    "kr": "south korea", "za": "south africa", "mx": "mexico", "ua": "ukraine", "tr": "turkey", "il": "israel",
}  # fmt: skip
NAMES = {name: code for code, name in (EEA | OTHERS).items()} | {
    "european union": "eu", "european economic area": "eea", "uk": "gb", "great britain": "gb", "usa": "us",
    "united states of america": "us", "the netherlands": "nl", "czech republic": "cz", "el": "gr",
    "world": "worldwide", "global": "worldwide", "anywhere": "worldwide", "everywhere": "worldwide",
    "any": "worldwide", "all": "worldwide", "no limit": "worldwide",
}  # fmt: skip
WORLD = "worldwide"


def places_of(declared: str | Iterable[str]) -> tuple[str, ...]:
    """Return the places in `declared`, a text with commas or a list, each by its code where it has one."""
    texts = re.split(r"[,;/]| and ", declared) if isinstance(declared, str) else declared
    folded = (" ".join(text.lower().split()) for text in texts)
    return tuple(dict.fromkeys(NAMES.get(place, place) for place in folded if place))


def outside(places: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Return those of `places` that lie in none of `allowed`.

    The European Union and the European Economic Area hold their countries, a country its regions
    (`us-ca` lies in `us`), and the world everything.
    """
    wide = tuple(allowed)
    return tuple(place for place in places if not any(_lies_in(place, area) for area in wide))


def _lies_in(place: str, area: str) -> bool:
    if area in {WORLD, place} or place.startswith(f"{area}-"):
        return True
    country = place.partition("-")[0]
    return (area == "eu" and country in EU) or (area == "eea" and (place == "eu" or country in EEA))
