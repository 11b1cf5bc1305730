"""The columns that nobody tuned the classifier on: other locales, column names, negatives, and other people's lists."""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING

from faker import Faker
from mimesis import Address, Code, Datetime, Finance, Food, Hardware, Internet, Payment, Person, Text, Transport
from mimesis.enums import TimestampFormat
from mimesis.locales import Locale

from tests.benchmarks.personal_columns import Labelled, noisy

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

FAKER = ("en_GB", "de_AT", "fr_CA", "es_ES", "pt_PT", "nl_NL", "cs_CZ", "sk_SK", "da_DK", "no_NO", "fi_FI", "uk_UA", "bg_BG",
         "ro_RO", "sl_SI", "lv_LV", "ko_KR", "zh_TW", "th_TH", "vi_VN", "he_IL", "en_AU", "es_CO", "fr_CH", "it_CH", "fil_PH")  # fmt: skip
MIMESIS = ("en", "de", "fr", "es", "it", "pt", "pl", "sv", "tr", "cs", "hu", "nl", "ru", "uk", "ja", "ko", "fa", "hr", "da",
           "is", "kk", "el", "no", "fi", "sk", "et")  # fmt: skip
SAYS_NOTHING = (
    "column_{}",
    "p{}",
    "key",
    "entry",
    "text{}",
    "raw",
    "spalte{}",
    "unk_{}",
    "item{}_x",
    "d{}",
    "__c{}",
    "Q{}",
)
NAME, PHONE, ADDRESS = "person's name", "telephone number", "postal address"
Names = tuple[str, ...]
NAMES: dict[str, tuple[str, Names, bool]] = {
    "name": (
        NAME,
        ("employee", "PassengerName", "contact_person", "holder_name", "fullName", "student name"),
        True,
    ),
    "first": (NAME, ("GivenName", "fname", "forename", "first", "Prénom", "imie"), True),
    "last": (NAME, ("lname", "family_name", "LastName", "Familienname", "Apellidos", "efternavn"), True),
    "email": ("e-mail address", ("EMAIL_ADDR", "user_email", "mailadresse", "E-Mail", "courriel"), True),
    "phone": (PHONE, ("Tel.", "cell", "contact_no", "Handy", "fax", "PhoneNo", "gsm"), True),
    "address": (
        ADDRESS,
        ("residence", "Anschrift", "addr1", "shipping_address", "domicilio", "billingAddress"),
        True,
    ),
    "street": (ADDRESS, ("street_name_no", "Strasse", "calle", "road", "Straße und Nr", "address_line_1"), True),
    "national": (
        "national identifier",
        ("NationalID", "social_security_number", "id_number", "SSN", "nin"),
        False,
    ),
    "iban": ("bank account", ("bank_account", "IBAN", "payout_account"), True),
    "card": ("payment card", ("CreditCard", "pan", "card_no"), True),
    "postcode": ("postcode", ("ZIP", "PostCode", "postal", "zipcode"), False),
    "birth": ("date of birth", ("DateOfBirth", "birthday", "born_on", "BIRTH_DT"), False),
    "ip": ("IP address", ("ipAddress", "source_ip", "peer", "last_login_ip"), True),
    "mac": ("MAC address", ("mac_addr", "device_mac", "bssid"), True),
    "passport": ("identity document", ("PassportNumber", "travel_document", "driver_license"), False),
    "imei": ("device identifier", ("imei", "device_imei"), False),
    "user": ("user name", ("user_name", "nickname", "loginName"), False),
    "note": ("personal data in text", ("remarks", "description", "ticket_body", "feedback", "text1"), False),
}
SENTENCES = (
    "Delivered to the wrong floor, had to carry it up.", "Second order this month, colour differs from the picture.",
    "Router drops the connection every evening around 9.", "Would buy again, shipping took 3 days.", "Manual is missing pages 12 to 15.",
    "Quarterly report attached, revenue up 4 percent.", "The meeting room on the second floor is booked.", "Invoice 2024-118 was paid twice.",
)  # fmt: skip


def faker_people(fake: Faker, rng: random.Random) -> dict[str, Callable[[], str]]:
    makers = {"first": "first_name", "last": "last_name", "phone": "phone_number", "street": "street_address",
              "national": "ssn", "card": "credit_card_number", "birth": "date_of_birth", "ip": "ipv4_public",
              "mac": "mac_address", "passport": "passport_number", "user": "user_name"}  # fmt: skip
    made = {k: getattr(fake, makers.get(k, k), None) for k in NAMES}
    inserts = (
        lambda: f"Customer {fake.name()} called twice.", lambda: f"Reply to {fake.safe_email()} by Friday.",
        lambda: f"Reach {fake.first_name()} at {fake.numerify('+41 44 ### ## ##')}.", lambda: f"New account is {fake.iban()}.",
    )  # fmt: skip
    chosen = rng.sample(inserts, 2)
    made["note"] = lambda: f"{rng.choice(SENTENCES)} {rng.choice(chosen)() if rng.random() < 0.4 else ''}".strip()
    return {k: v for k, v in made.items() if v}


def mimesis_people(locale: Locale, seed: int) -> dict[str, Callable[[], str]]:
    person, address, net, code = (
        Person(locale, seed=seed),
        Address(locale, seed=seed),
        Internet(seed=seed),
        Code(seed=seed),
    )
    return {
        "name": person.full_name, "first": person.first_name, "last": person.last_name, "email": person.email,
        "phone": person.phone_number, "street": address.address, "postcode": address.zip_code, "card": Payment(seed=seed).credit_card_number,
        "birth": person.birthdate, "ip": net.ip_v4, "mac": net.mac_address, "imei": code.imei, "user": person.username,
    }  # fmt: skip


def negatives(rng: random.Random, fake: Faker, locale: Locale) -> dict[str, tuple[str, list[str]]]:
    food, text, hard, trans = Food(locale, seed=1), Text(locale, seed=1), Hardware(seed=1), Transport(seed=1)
    place, firm, when, code = (
        Address(locale, seed=1),
        Finance(locale, seed=1),
        Datetime(locale, seed=1),
        Code(seed=1),
    )
    n = range(100)
    return {
        "po": ("po_number", [f"PO-{rng.randrange(10**7):07d}" for _ in n]),
        "order": (
            "Bestellnummer",
            [f"{rng.randrange(10**3):03d}-{rng.randrange(10**7):07d}-{rng.randrange(10**7):07d}" for _ in n],
        ),
        "id16": ("transaction_id", [str(rng.randrange(10**15, 10**16)) for _ in n]),
        "id12": ("serial", [str(rng.randrange(10**11, 10**12)) for _ in n]),
        "zeros": ("item_no", [f"{rng.randrange(10**6):010d}" for _ in n]),
        "ulid": ("trace", [base64.b32encode(rng.randbytes(16)).decode()[:26] for _ in n]),
        "uuid": ("guid", [fake.uuid4() for _ in n]),
        "rfc": (
            "last_seen",
            [dt.datetime.fromtimestamp(rng.randrange(10**9), dt.UTC).strftime("%a, %d %b %Y %H:%M:%S") for _ in n],
        ),
        "stamp": ("updated", [str(when.timestamp(TimestampFormat.POSIX)) for _ in n]),
        "day": ("due_date", [when.formatted_date() for _ in n]),
        "geo": ("coordinates", [f"{fake.latitude()} {fake.longitude()}" for _ in n]),
        "lon": ("x", [f"{rng.uniform(-180, 180):+.5f}" for _ in n]),
        "sha1": ("commit", [fake.sha1() for _ in n]),
        "dish": ("dish", [food.dish() for _ in n]),
        "fruit": ("category", [food.fruit() for _ in n]),
        "cpu": ("cpu", [hard.cpu() for _ in n]),
        "model": ("phone_model", [hard.phone_model() for _ in n]),
        "car": ("car", [trans.car() for _ in n]),
        "plane": ("aircraft", [trans.airplane() for _ in n]),
        "city": ("Ort", [place.city() for _ in n]),
        "country": ("land", [place.country() for _ in n]),
        "state": ("state", [place.state() for _ in n]),
        "company": ("employer", [firm.company() for _ in n]),
        "company2": ("supplier", [fake.company() for _ in n]),
        "stock": ("ticker", [firm.stock_ticker() for _ in n]),
        "currency": ("currency", [firm.currency_iso_code() for _ in n]),
        "sentence": ("review", [text.sentence() for _ in n]),
        "plain": ("remarks", [f"{rng.choice(SENTENCES)} {rng.choice(SENTENCES)}" for _ in n]),
        "word": ("keyword", [text.word() for _ in n]),
        "issn": ("issn", [code.issn() for _ in n]),
        "isbn": ("book_code", [code.isbn() for _ in n]),
        "ean": ("barcode", [code.ean() for _ in n]),
        "pin": ("code", [code.pin() for _ in n]),
        "price": ("total", [f"{rng.random() * 9000:,.2f}" for _ in n]),
        "euro": ("Betrag", [f"{rng.random() * 9000:.2f} €" for _ in n]),
        "semver": ("release", [f"v{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(30)}" for _ in n]),
        "percent": ("change", [f"{rng.uniform(-9, 9):+.2f}%" for _ in n]),
        "size": (
            "dimensions",
            [f"{rng.randrange(10, 99)}x{rng.randrange(10, 99)}x{rng.randrange(10, 99)} cm" for _ in n],
        ),
        "log": ("line", [f"[{i}] GET /static/app.{rng.randrange(999)}.js 200 {rng.randrange(9999)}" for i in n]),
        "bool": ("phone", ["yes", "no"]),
        "letter": ("street_type", ["paved", "gravel"]),
        "age": ("age_at_birth_of_child", [str(rng.randrange(18, 45)) for _ in n]),
        "e": ("p_value", [f"{rng.random():.3e}" for _ in n]),
        "batch": ("batch", [f"L{rng.randrange(10**5):05d}{rng.choice('ABC')}" for _ in n]),
        "tracking": (
            "parcel",
            [f"{rng.choice('RCEL')}{rng.choice('ABX')}{rng.randrange(10**9):09d}DE" for _ in n],
        ),
        "week": ("period", [f"2024-W{rng.randrange(1, 53):02d}" for _ in n]),
        "path": ("asset", [f"/img/{fake.word()}@2x.png" for _ in n]),
        "host": ("node", [f"db-{rng.randrange(99)}.prod.internal" for _ in n]),
    }


def columns(rng: random.Random) -> list[Labelled]:
    """Return all columns of this half."""
    made: list[Labelled] = []

    def add(makers: dict[str, Callable[[], str]], origin: str) -> None:
        for what, make in makers.items():
            kind, names, plain = NAMES[what]
            values = [str(make()) for _ in range(rng.choice((25, 100, 500)))]
            name = (
                rng.choice(SAYS_NOTHING).format(rng.randrange(30))
                if plain and rng.random() < 1 / 3
                else rng.choice(names)
            )
            made.append(Labelled(name, noisy(rng, values), kind, f"{origin} {what}"))

    for index, locale in enumerate(FAKER):
        fake = Faker(locale)
        fake.seed_instance(rng.randrange(10**6))
        add(faker_people(fake, rng), locale)
        other = Locale(MIMESIS[index])
        add(mimesis_people(other, rng.randrange(10**6)), f"mimesis {other.value}")
        for what, (name, values) in negatives(rng, fake, other).items():
            if rng.random() < 0.4:
                told = rng.choice(SAYS_NOTHING).format(rng.randrange(30)) if rng.random() < 1 / 3 else name
                made.append(Labelled(told, noisy(rng, values), "", f"{locale}/{other.value} {what}"))
    return made
