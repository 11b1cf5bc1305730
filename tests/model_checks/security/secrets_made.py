"""Secrets of every format, put together at run time so that no whole one stands in this repository."""

from __future__ import annotations

import base64
import random
import string

_LETTERS = string.ascii_letters + string.digits


def _drawn(length: int, alphabet: str = _LETTERS) -> str:
    return "".join(random.Random(length).choices(alphabet, k=length))  # noqa: S311 - no secret is wanted


RANDOM = _drawn(12) + "7q"


def quoted(value: str) -> str:
    """An assignment to a password."""
    return "pass" + f'word = "{value}"'


def made_secrets() -> dict[str, tuple[str, str]]:
    """Return by kind (a number behind # tells two of a kind apart) a file's name and one line with the secret."""
    key = base64.b64encode(_drawn(64).encode()).decode()
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(b'{"sub":"4711","name":"somebody"}').decode().rstrip("=")
    return {
        "AWS access key id": ("a.py", f'key = "{"AKI" + "A" + _drawn(16, string.ascii_uppercase + "234567")}"'),
        "AWS secret access key": ("a.cfg", "aws_" + f"secret_access_key = {_drawn(40)}"),
        "GitHub token": ("a.sh", "login " + "gh" + f"p_{_drawn(36)}"),
        "GitHub token #2": ("a.sh", "login " + "github" + f"_pat_{_drawn(22)}_{_drawn(59)}"),
        "GitLab token": ("a.sh", "glp" + f"at-{_drawn(20)}"),
        "Slack token": ("a.sh", "xox" + f"b-{_drawn(12, string.digits)}-{_drawn(24)}"),
        "Slack webhook": (
            "a.sh",
            "https://hooks.slack" + f".com/services/T{_drawn(8, '0AB1')}/B{_drawn(8, '0AB1')}/{_drawn(24)}",
        ),
        "Stripe key": ("a.py", "sk_" + f"live_{_drawn(24)}"),
        "Google API key": ("a.js", f"key: '{'AI' + 'za' + _drawn(35)}'"),
        "npm token": ("a.md", "np" + f"m_{_drawn(36)}"),
        "npm token #2": (".npmrc", "//registry/:_auth" + f"Token={_drawn(30)}"),
        "PyPI token": (".pypirc", "pypi" + f"-AgEIcHlwaS5vcmc{_drawn(100)}"),
        "Hugging Face token": ("a.py", "h" + f"f_{_drawn(34)}"),
        "Databricks token": ("a.py", "da" + f"pi{_drawn(32, '0123456789abcdef')}"),
        "JSON Web Token": ("a.http", f"Bearer {header}.{body}.{_drawn(43)}"),
        "private key": ("id", "-----BEGIN " + f"PRIVATE KEY-----\n{key[:64]}\n"),
        "Azure connection string": ("a.txt", "Account" + f"Key={base64.b64encode(_drawn(64).encode()).decode()}"),
        "Jenkins API token": ("a.sh", "curl jenkins.local -u bot:" + f"11{_drawn(32, '0123456789abcdef')}"),
        "password in an address": ("a.py", "postgresql://bot" + f":{_drawn(12)}@db.internal/prod"),
        "password or token in the text": ("a.py", quoted(RANDOM)),
        "password or token in the text #2": (".env", "DB_PASS" + f"WORD={RANDOM}"),
        "password or token in the text #3": ("a.yaml", "api_" + f"key: {RANDOM}  # production"),
        "password or token in the text #4": ("a.json", '"client_' + f'secret": "{RANDOM}",'),
    }
