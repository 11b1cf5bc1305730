"""The formats of well-known secrets, each with the judgement that keeps false alarms low."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.security.secret_values import is_made_up, is_signed_token, is_weak_password, looks_random

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPattern:
    """One kind of secret; the group `value` is the secret, `believes` judges it.

    `named` patterns rely on a name in the text around the value and are not applied to what programs printed.
    """

    kind: str
    expression: re.Pattern[str]
    believes: Callable[[str], bool]
    named: bool = False


def _token(kind: str, expression: str) -> SecretPattern:
    compiled = re.compile(rf"(?<![A-Za-z0-9_/+-])(?P<value>{expression})(?![A-Za-z0-9_])")
    return SecretPattern(kind=kind, expression=compiled, believes=lambda value: not is_made_up(value))


def _behind(kind: str, expression: str, believes: Callable[[str], bool]) -> SecretPattern:
    return SecretPattern(kind=kind, expression=re.compile(expression), believes=believes, named=True)


_NAME = (
    r"(?<![\w.-])(?i:(?P<name>[\w.-]{0,40}?(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key"
    r"|auth[_-]?key|private[_-]?key|credentials?)[\w.-]{0,30}))"
)
PATTERNS: tuple[SecretPattern, ...] = (
    _token("AWS access key id", r"(?:AKIA|ASIA)[A-Z2-7]{16}"),
    _token("GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _token("GitLab token", r"gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,60}"),
    _token("Slack token", r"xox[abeprs]-[A-Za-z0-9-]{20,250}"),
    _token("Slack webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/\w{20,}"),
    _token("Stripe key", r"[sr]k_live_[A-Za-z0-9]{20,250}"),
    _token("Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    _token("npm token", r"npm_[A-Za-z0-9]{36}"),
    _token("PyPI token", r"pypi-AgE[A-Za-z0-9_-]{60,250}"),
    _token("Hugging Face token", r"hf_[A-Za-z0-9]{34}"),
    _token("Databricks token", r"dapi[0-9a-f]{32}(?:-\d)?"),
    _token("Docker Hub token", r"dckr_pat_[A-Za-z0-9_-]{27}"),
    _token("OpenAI key", r"sk-(?:proj|svcacct)-[A-Za-z0-9_-]{40,250}|sk-[A-Za-z0-9]{48}"),
    _token("Anthropic key", r"sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{80,120}"),
    SecretPattern(
        kind="JSON Web Token", believes=is_signed_token,
        expression=re.compile(r"\b(?P<value>eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,})"),
    ),
    SecretPattern(
        kind="private key", believes=lambda value: not is_made_up(value),
        expression=re.compile(
            r"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:[\s\"',+]|\\r|\\n|[A-Z][\w-]+: [^\n]{1,80}\n)*"
            r"(?P<value>[A-Za-z0-9+/]{40,76})"
        ),
    ),
    _behind(
        "AWS secret access key",
        r"(?i:aws[\w.-]{0,20}secret[\w.-]{0,20}[\"']?\s*[=:]>?\s*[\"']?)"
        r"(?P<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        lambda value: not is_made_up(value),
    ),
    _behind(
        "Azure connection string", r"(?:AccountKey|SharedAccessKey)=(?P<value>[A-Za-z0-9+/]{42,86}={1,2})",
        lambda value: not is_made_up(value),
    ),
    _behind(
        "Jenkins API token", r"(?i:jenkins[^\n]{0,60}?)(?<![0-9a-f])(?P<value>11[0-9a-f]{32})(?![0-9a-f])",
        lambda value: not is_made_up(value),
    ),
    _behind("npm token", r"_authToken\s*=\s*(?P<value>[\w./+=-]{20,})", looks_random),
    _behind(
        "password in an address",
        r"\b[a-z][a-z0-9+.-]{1,30}://(?P<user>[^\s:/@'\"]{0,80}):(?!(?P=user)@)(?P<value>[^\s/@'\"]{3,100})@[\w.-]+",
        lambda value: not is_weak_password(value),
    ),
    _behind(
        "password or token in the text",
        _NAME + r"[\"']?\]?\s*(?::\s*\w+\s*=|=>|:=|[=:,])\s*"
        r"[rbuf]{0,2}(?P<quote>[\"'])(?P<value>[^\"'\s]{8,200})(?P=quote)",
        looks_random,
    ),
)  # fmt: skip
# Settings without quotes, line by line, in files that are made of settings.
UNQUOTED = _behind(
    "password or token in the text",
    r"(?m:^\s*(?:export\s+|ENV\s+|ARG\s+|-\s+)?"
    + _NAME
    + r"\s*[=:]\s*(?P<value>[^\s\"'#;,]{8,200})\s*(?:[#;].*)?$)",
    looks_random,
)
SETTINGS = re.compile(
    r"(?:^|/)(?:\.env[\w.-]*|Dockerfile[\w.-]*|[^/]*\.(?:env|ini|cfg|conf|properties|ya?ml|sh|tfvars))$"
)
# Names that say that the value is no secret: what a tokenizer knows, where a secret is, how it is called.
HARMLESS_NAME = re.compile(
    r"tokeni[sz]|tokens?_(?:id|type|count|limit|length|url|uri|endpoint|name|path|file|class|regex|pattern)|_tokens?s$"
    r"|(?:bos|eos|pad|unk|sep|cls|mask|special|max|num|stop)_tokens?|hash|sha\d|digest|checksum|fingerprint|public"
    r"|(?:_|-|\.)(?:id|name|path|file|url|uri|field|label|header|param|env|var|help|hint|regex|pattern|ref|arn)s?$",
    re.IGNORECASE,
)
