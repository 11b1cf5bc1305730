"""The columns that the classifier was tuned on."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

from faker import Faker

from tests.benchmarks.personal_columns import PLAIN_NAMES, Labelled, noisy

if TYPE_CHECKING:
    import random

LOCALES = (
    "en_US", "de_DE", "fr_FR", "it_IT", "pl_PL", "pt_BR", "ru_RU", "ja_JP", "zh_CN", "sv_SE", "tr_TR", "hu_HU", "el_GR",
    "hr_HR", "ar_SA", "hi_IN", "id_ID", "es_MX", "nl_BE", "et_EE", "fa_IR", "en_IN", "lt_LT",
)  # fmt: skip
NAME, PHONE, ADDRESS = "person's name", "telephone number", "postal address"
PERSONAL = {
    "name": (NAME, ("name", "full_name", "customer_name", "Name", "patientName", "contact"), True),
    "first_name": (
        NAME,
        ("first_name", "firstname", "given_name", "Vorname", "prenom", "nombre", "имя", "名前"),
        True,
    ),
    "last_name": (NAME, ("last_name", "surname", "Nachname", "nom", "apellido", "cognome", "nazwisko"), True),
    "email": ("e-mail address", ("email", "e_mail", "mail", "contact_email", "correo"), True),
    "phone_number": (PHONE, ("phone", "telefon", "mobile_number", "tel", "telefono", "phone_number"), True),
    "address": (ADDRESS, ("address", "adresse", "direccion", "home_address", "addr"), True),
    "street_address": (ADDRESS, ("street", "street_address", "strasse", "rue", "ulica"), True),
    "ssn": ("national identifier", ("ssn", "national_id", "tax_id", "personnummer", "pesel"), False),
    "iban": ("bank account", ("iban", "account", "kontonummer"), True),
    "credit_card_number": ("payment card", ("card_number", "cc", "credit_card"), True),
    "postcode": ("postcode", ("postcode", "zip", "plz", "postal_code"), False),
    "date_of_birth": ("date of birth", ("dob", "birth_date", "geburtsdatum", "date_naissance"), False),
    "ipv4_public": ("IP address", ("ip", "client_ip", "src"), True),
    "ipv6": ("IP address", ("ip6", "remote_addr"), True),
    "mac_address": ("MAC address", ("mac", "hwaddr"), True),
    "passport_number": ("identity document", ("passport_no", "passport"), False),
    "user_name": ("user name", ("username", "login"), False),
}
PRODUCTS = (
    "Steel,Wooden,Cotton,Rustic,Ergonomic,Refined,Blue,Compact".split(","),
    "Chair,Table,Lamp,Shirt,Keyboard,Bolt M8,Pan 24cm,Tablet 10".split(","),
)
CITIES = ["Paris", "London", "Sydney", "Florence", "Jackson", "San Francisco", "New York", "Berlin", "St. Petersburg", "Santiago", "Houston", "Madison", "Austin", "Victoria", "Lincoln", "Tokyo", "Wien", "Roma", "Charlotte", "Lyon"]  # fmt: skip
COUNTRIES = ["France", "Germany", "Jordan", "Chad", "Georgia", "United States", "South Africa", "Norway", "Peru"]
TEXTS = ("The parcel arrived late and the box was damaged.", "Great value for money, works as described.", "Battery lasts about 6 hours on a full charge.",
         "Please send the invoice again, the amount of 250.00 is wrong.", "Screen flickers after update 4.2.1, restart helps.", "Not what I expected; returned it the next day.")  # fmt: skip


def negatives(rng: random.Random, fake: Faker) -> dict[str, tuple[str, list[str]]]:
    """Return columns that look like personal data and are none."""
    n = range(120)
    luhn = [fake.credit_card_number() for _ in n]
    return {
        "order": ("order_number", [f"2024-{rng.randrange(10**6):06d}" for _ in n]),
        "order int": ("order_id", [str(10**9 + i * 17) for i in n]),
        "uuid": ("id", [str(uuid.UUID(int=rng.getrandbits(128))) for _ in n]),
        "stamp": ("created_at", [fake.iso8601() for _ in n]),
        "epoch": ("ts", [str(1_700_000_000 + rng.randrange(10**7)) for _ in n]),
        "epoch ms": ("event_time", [str(1_700_000_000_000 + rng.randrange(10**10)) for _ in n]),
        "lat": ("lat", [str(fake.latitude()) for _ in n]),
        "pair": ("position", [f"{fake.latitude()},{fake.longitude()}" for _ in n]),
        "sha": ("hash", [hashlib.sha256(bytes([i])).hexdigest() for i in n]),
        "md5": ("checksum", [hashlib.md5(bytes([i])).hexdigest() for i in n]),
        "sku": (
            "sku",
            [
                f"{rng.choice('ABCD')}{rng.choice('XYZ')}-{rng.randrange(10**4):04d}-{rng.randrange(100)}"
                for _ in n
            ],
        ),
        "product": ("product_name", [f"{rng.choice(PRODUCTS[0])} {rng.choice(PRODUCTS[1])}" for _ in n]),
        "city": ("city", CITIES),
        "country": ("country", COUNTRIES),
        "company": ("company", [fake.company() for _ in n]),
        "job": ("job", [fake.job() for _ in n]),
        "enum": ("status", ["active", "closed", "pending", "on hold"]),
        "price": ("price", [f"{rng.random() * 900:.2f}" for _ in n]),
        "version": (
            "version",
            [f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(30)}.{rng.randrange(9)}" for _ in n],
        ),
        "invoice": ("invoice", [f"INV{rng.randrange(10**8):08d}" for _ in n]),
        "isbn13": ("isbn", [fake.isbn13() for _ in n]),
        "ean": ("ean", [fake.ean13() for _ in n]),
        "tracking": ("tracking_number", [f"1Z{rng.randrange(36**6):09d}{rng.randrange(10**7):07d}" for _ in n]),
        "luhn": ("reference", [f"{rng.choice('789')}{v[1:15]}" for v in luhn]),
        "float": ("score", [str(rng.gauss(0, 1)) for _ in n]),
        "year": ("year", [str(rng.randrange(1950, 2025)) for _ in n]),
        "log": (
            "message",
            [
                f"2024-03-0{rng.randrange(1, 9)} 12:{rng.randrange(10, 60)}:01 INFO worker {i} finished in {rng.randrange(900)} ms"
                for i in n
            ],
        ),
        "text": ("comment", [f"{rng.choice(TEXTS)} {rng.choice(TEXTS)}" for _ in n]),
        "lorem": ("notes", [fake.sentence() for _ in n]),
        "url": ("url", [fake.uri() for _ in n]),
        "colour": ("color", [fake.color_name() for _ in n]),
        "int": ("amount", [str(rng.randrange(10**5)) for _ in n]),
        "date": ("date", [str(fake.date()) for _ in n]),
        "time": ("time", [fake.time() for _ in n]),
        "digits10": ("account_ref", [str(rng.randrange(10**9, 10**10)) for _ in n]),
        "digits9": ("ticket", [str(rng.randrange(10**8, 10**9)) for _ in n]),
        "digits11": ("ref_no", [str(rng.randrange(10**10, 10**11)) for _ in n]),
        "mime": ("type", [fake.mime_type() for _ in n]),
        "file": ("file_name", [fake.file_name() for _ in n]),
        "grade": ("grade", ["A", "B", "C", "D"]),
        "words": ("tags", [fake.word() for _ in n]),
    }


def text_with(rng: random.Random, fake: Faker) -> list[str]:
    """Return sentences of which some name a person or hold an address or a number."""
    inserts = (
        lambda: f"Please contact {fake.email()} about it.", lambda: f"Spoke with {fake.first_name()} {fake.last_name()} today.",
        lambda: f"Call me on {fake.numerify('+49 30 #######')} after six.", lambda: f"Refund to {fake.iban()} please.",
    )  # fmt: skip
    chosen = rng.sample(inserts, 2)
    return [
        f"{rng.choice(TEXTS)} {rng.choice(chosen)() if rng.random() < 0.35 else ''}".strip() for _ in range(120)
    ]


def columns(rng: random.Random) -> list[Labelled]:
    """Return all columns of this half."""
    made = []
    for locale in LOCALES:
        fake = Faker(locale)
        fake.seed_instance(rng.randrange(10**6))
        for provider, (kind, names, plain) in PERSONAL.items():
            try:
                values = [str(getattr(fake, provider)()) for _ in range(rng.choice((30, 120, 600)))]
            except AttributeError:
                continue
            name = (
                rng.choice(PLAIN_NAMES).format(rng.randrange(20))
                if plain and rng.random() < 1 / 3
                else rng.choice(names)
            )
            made.append(Labelled(name, noisy(rng, values), kind, f"{locale} {provider}"))
        made.append(
            Labelled(
                rng.choice(("comment", "note", "col3")),
                noisy(rng, text_with(rng, fake)),
                "personal data in text",
                locale,
            )
        )
        for what, (name, values) in negatives(rng, fake).items():
            if rng.random() < 0.5:
                told = rng.choice(PLAIN_NAMES).format(rng.randrange(20)) if rng.random() < 1 / 3 else name
                made.append(Labelled(told, noisy(rng, values), "", f"{locale} {what}"))
    return made
