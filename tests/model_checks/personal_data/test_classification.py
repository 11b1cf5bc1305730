from __future__ import annotations

import hashlib
import random
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.personal_data.classification import Classification, classify

NOTHING = Classification()
# Published test numbers: card schemes' own, the IBAN registry's examples, documentation ranges of the RFCs.
CARDS = ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "3530111333300000"]
IBANS = ["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606", "NO9386011117947"]
NAMES = ["Anna Berg", "Jean-Luc Moreau", "O'Brien", "Łukasz", "de la Cruz, Maria"]


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("contact", ["a.b@example.org", "c+d@mail.example.com"], "e-mail address"),
        ("note", ["call back", "ask x@example.org first"], "personal data in text"),
        ("x", CARDS, "payment card"),
        ("x", ["4111 1111 1111 1111", "5555-5555-5555-4444", "3782 822463 10005"], "payment card"),
        ("credit_card", ["4111111111111111"], "payment card"),
        ("x", IBANS, "bank account"),
        ("x", ["219-09-9999", "123-45-6789"], "national identifier"),
        ("SSN", ["219099999", "123456789"], "national identifier"),
        ("x", ["192.0.2.44", "203.0.113.195"], "IP address"),
        ("client_ip", ["10.0.0.1", "10.0.0.2"], "IP address"),
        ("x", ["2001:db8::1", "fe80::1"], "IP address"),
        ("x", ["00:00:5e:00:53:01", "00-00-5E-00-53-02", "0000.5e00.5303"], "MAC address"),
        ("date_of_birth", ["1980-12-31", "1999-01-01"], "date of birth"),
        ("birthDate", ["12/31/1980", "01/02/1999"], "date of birth"),
        ("Geburtsdatum", ["31.12.1980", "1.2.1999"], "date of birth"),
        ("birth_year", ["1980", "1999.0"], "year of birth"),
        ("x", ["+44 20 7946 0958", "+49 30 901820"], "telephone number"),
        ("x", ["(212) 555-0123", "415-555-0199"], "telephone number"),
        ("Téléphone", ["01 99 00 12 34", "0199001235"], "telephone number"),
        ("first_name", NAMES, "person's name"),
        ("Nachname", ["Müller", "Öztürk"], "person's name"),
        ("apellidos", ["García Márquez", "Núñez"], "person's name"),
        ("姓名", ["王秀英", "李伟"], "person's name"),
        ("customerName", ["Anna Berg", "Ben Carr"], "person's name"),
        ("Name", ["Braund, Mr. Owen Harris", "Heikkinen, Miss. Laina"], "person's name"),
        ("x", ["Maria Schmidt", "James Okafor", "Wei Zhang"], "person's name"),
        ("address", ["12 Main Street", "Hauptstraße 5, 10115 Berlin"], "postal address"),
        ("x", ["1600 Elm Avenue", "Lindenweg 12", "12 rue Haute"], "postal address"),
    ],
)
def test_personal_column_is_recognised(name, values, kind):
    assert classify(name, values).kind == kind


# Check digits of the examples that each country's authority publishes, or that follow from its rules.
@pytest.mark.parametrize(
    ("country", "values"),
    [
        ("BR", ["390.533.447-05", "111.444.777-35"]),
        ("CH", ["756.9217.0769.85", "756.1234.5678.97"]),
        ("ES", ["54362315-K", "12345678Z"]),
        ("FI", ["131052-308T", "311280-888Y"]),
        ("FR", ["2 95 10 99 126 111 93", "253072B07300470"]),
        ("GB", ["AB123456C", "JG 10 37 59 A"]),
        ("IT", ["RCCMNL83S18D969H", "RSSMRA85T10A562S"]),
        ("MX", ["BOXW310820HNERXN09", "HEGG560427MVZRRL04"]),
        ("PL", ["44051401359", "02070803628"] * 5),
        ("SE", ["880320-0016", "811228-9874"]),
        ("US", ["536-90-4399", "123-45-6789"]),
    ],
)
def test_national_identifier_is_told_by_its_check_digits(country, values):
    found = classify("x" if len(values) == 2 else "pesel", values)
    assert found.kind == "national identifier"
    assert country in found.reason


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("imei", ["490154203237518", "356938035643809"], "device identifier"),
        ("advertisingId", ["38400000-8cf0-11bd-b23e-10b96e40000d"], "device identifier"),
        ("passport_no", ["C01X00T47", "L898902C3"], "identity document"),
        ("Führerscheinnummer", ["B072RRE2I55", "J430A1RZN11"], "identity document"),
        ("PLZ", ["53113", "10115"], "postcode"),
        ("郵便番号", ["100-0001", "150-0002"], "postcode"),
        ("home_lat", ["52.520008", "48.856613"], "location of a person"),
        ("customerLocation", ["52.5200,13.4050", "48.8566,2.3522"], "location of a person"),
        ("username", ["anna_b", "ben.carr77"], "user name"),
        ("mac", ["00005e005301", "00005E005302"], "MAC address"),
        ("c3", ["192.0.2.44:443", "203.0.113.195:80"], "IP address"),
        ("생년월일", ["1980년 12월 31일", "1990년 1월 2일"], "date of birth"),
        ("تاریخ تولد", ["1359/10/11", "1370/02/03"], "date of birth"),
        ("c1", ["王秀英", "李伟", "张敏", "刘洋", "陈静"], "person's name"),
        ("c1", ["김민준", "이서연", "박지훈", "최수빈", "정은지"], "person's name"),
        ("c1", ["Анна Иванова", "Сергей Петров", "Ольга Смирнова"], "person's name"),
        ("c1", ["محمد العلي", "فاطمة حسن", "أحمد الشمري"], "person's name"),
        ("c1", ["Παναγιώτης Βλάχος", "Μαρία Γεωργίου", "Ελένη Παππά"], "person's name"),
        ("c1", ["राहुल शर्मा", "प्रिया वर्मा", "अमित सिंह"], "person's name"),
        ("c1", ["東京都港区芝公園4丁目2番8号", "大阪府大阪市北区梅田1丁目1番3号"], "postal address"),
        ("c1", ["서울특별시 강남구 테헤란로 152", "부산광역시 해운대구 우동 1408"], "postal address"),
        ("c1", ["ул. Ленина, д. 5", "пр. Мира, 12"], "postal address"),
        ("note", ["paid", "refund to DE89 3704 0044 0532 0130 00 please"], "personal data in text"),
        ("note", ["paid", "call me on +49 30 901820 today"], "personal data in text"),
        (
            "note",
            ["spoke with Anna Berg about the parcel today", "the parcel was left at the door again"],
            "personal data in text",
        ),
        ("line", ["GET /a from 203.0.113.7 took 3 ms", "198.51.100.250 closed"], ""),
        ("line", ["GET /a from 8.8.141.7 took 3 ms", "91.198.174.192 closed it"], "personal data in text"),
    ],
)
def test_kind_of_many_scripts_and_shapes_is_recognised(name, values, kind):
    assert classify(name, values).kind == kind


def timestamps():
    return [str(1_700_000_000_000 + n * 7919) for n in range(50)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("order_number", [f"2024-{n:06d}" for n in range(50)]),
        ("order_id", [str(4_000_000_000_000_000 + n * 37) for n in range(50)]),
        ("id", [str(uuid.UUID(int=n * 2**100 + n)) for n in range(1, 50)]),
        ("created", ["2024-01-31T10:00:00Z", "2024-02-01 11:30:00"]),
        ("created_ms", timestamps()),
        ("date", ["1980-12-31", "1999-01-01"]),
        ("year", ["1980", "1999"]),
        ("lat", ["+52.520008", "-33.868820", "48.8566"]),
        ("position", ["52.5200,13.4050", "48.8566,2.3522"]),
        ("sha256", [hashlib.sha256(bytes([n])).hexdigest() for n in range(50)]),
        ("md5", [hashlib.md5(bytes([n]), usedforsecurity=False).hexdigest() for n in range(50)]),
        ("sku", ["AB12-3456-7890", "DE89-1234-5678", "XK-200-31"]),
        ("product", ["Red Apple", "Steel Bolt M8", "Garden Chair"]),
        ("product_name", ["Red Apple", "Green Pear", "Garden Chair"]),
        ("city", ["Paris", "San Francisco", "New York"]),
        ("occupation", ["Sales", "Tech Support", "Craft Repair"]),
        ("file_name", ["icon@2x.png", "logo@3x.png"]),
        ("package", ["left-pad@1.3.0", "lodash@4.17.21"]),
        ("handle", ["@someone", "@other"]),
        ("version", ["10.0.190.1", "10.0.191.2"]),
        ("x", ["1.12.0.3", "2.0.1.14"]),
        ("time", ["12:34:56", "01:02:03"]),
        ("age", ["31", "42", "57"]),
        ("amount", ["-12.50", "1e5", "+3.5"]),
        ("count", ["1", "200", "123456789"]),
        ("phone_calls", ["1", "20", "300"]),
        ("phone_model", ["Model 12 Pro", "X20"]),
        ("memory_address", ["0x7ffe", "0x10ab"]),
        ("card_type", ["gold", "silver"]),
        ("birth_weight", ["3.25", "2.9"]),
        ("street_quality", ["good", "poor"]),
        ("text", ["the drive took 3 hours", "2 items in the cart", "nothing at all"]),
        ("yes_no", ["yes", "no"]),
        ("Telephone", ["yes", "none"]),
        ("PersonalStatusSex", ["male : single", "female : divorced/separated/married"]),
        ("ForeignWorker", ["yes", "no"]),
        ("birth_weight_g", ["3250", "2900"]),
        ("gtin", ["4006381333931", "9780306406157", "4012345678901"]),
        ("isbn10", ["0306406152", "0198526636", "0262033844", "0131103628", "0201633612"] * 3),
        ("company", ["Smith and Sons", "Müller GmbH", "Rossi S.p.A."]),
        ("x", ["Paris", "Florence", "Charlotte", "Sydney", "Madison", "Lincoln"]),
        ("x", ["France", "Jordan", "Chad", "Georgia"]),
        ("x", ["Torgersen", "Biscoe", "Dream"]),
        ("change", ["+12.5%", "+3.25%"]),
        ("offset", ["+02:00", "-05:30"]),
        ("epoch", [str(1_700_000_000 + 7919 * n) for n in range(50)]),
        ("barcode", [f"{n:012d}" for n in range(10**9, 10**9 + 50)]),
        ("latitude", ["52.520008", "48.856613"]),
        ("run", ["123456", "123457"]),
        ("x", []),
        ("email", ["", "  "]),
    ],
)
def test_hard_negative_is_nothing_personal(name, values):
    assert classify(name, values) == NOTHING


@pytest.mark.parametrize("digits", [8, 10, 12, 13, 15, 16, 19])
def test_random_integers_of_any_length_are_nothing_personal(digits):
    numbers = random.Random(digits)  # noqa: S311 - a test needs no secret
    values = [str(numbers.randrange(10 ** (digits - 1), 10**digits)) for _ in range(300)]
    assert classify("reference", values) == NOTHING


def test_numbers_with_a_wrong_check_digit_are_no_cards():
    assert classify("x", [c[:-1] + str((int(c[-1]) + 1) % 10) for c in CARDS]) == NOTHING


def test_numbers_with_wrong_check_digits_are_no_accounts():
    assert classify("x", ["DE88370400440532013000", "NO9486011117947"]) == NOTHING


@pytest.mark.parametrize("value", ["000-12-3456", "666-12-3456", "912-12-3456", "123-00-3456", "123-45-0000"])
def test_social_security_numbers_that_were_never_given_are_none(value):
    assert classify("x", [value] * 2) == NOTHING


def test_share_of_addresses_is_inclusive():
    assert classify("note", ["a@example.org", *map(str, range(19))]).kind == "personal data in text"
    assert classify("note", ["a@example.org", *map(str, range(20))]) == NOTHING


def test_confidence_grows_with_the_share():
    all_of_them = classify("x", ["a@example.org", "b@example.org"])
    half_of_them = classify("x", ["a@example.org", "nobody"])
    assert 0 < half_of_them.confidence < all_of_them.confidence <= 1


def test_examples_show_the_shape_alone():
    assert classify("x", ["Ann7.b@example.org"]).examples == ("Xxx9.x@xxxxxxx.xxx",)


@settings(deadline=None)
@given(st.text(max_size=12), st.lists(st.text(max_size=30), max_size=10))
def test_any_text_is_classified_alike_in_any_order(name, values):
    assert classify(name, values).kind == classify(name, list(reversed(values))).kind


@settings(deadline=None)
@given(st.lists(st.emails(), min_size=1, max_size=5))
def test_neither_reason_nor_examples_repeat_a_value(values):
    found = classify("x", values)
    told = " ".join((found.reason, *found.examples))
    assert not any(value in told for value in values if not set(value) <= set("xX9.@"))
