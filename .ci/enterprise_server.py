"""Write the workflows and actions as GitHub Enterprise Server needs them, into a clone that is to be pushed there.

Usage: python3 .ci/enterprise_server.py OWNER/NAME@REF FOLDER

OWNER/NAME is the kit's repository on that server, REF the branch or tag under which it will be called. Its own
files, named as `$/path` on github.com, are named in full; artifact actions become those that the server has.
Standard library only: it runs before anything is installed.
"""  # noqa: INP001 - a script beside .ci/run, never imported as a package

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
OWN = re.compile(r"(?m)^(\s*(?:- )?uses:\s*)\$/(\S+)")
KIT = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+@[A-Za-z0-9._/-]+")
FILES = ("workflows/*.yml", "actions/*/*")


def replacements(pinned: str) -> dict[str, str]:
    """Return what stands for each `action@commit # release` of github.com, from the list of pinned actions."""
    rows = [line.split() for line in pinned.splitlines() if line and not line.startswith("#")]
    by_place = {(name, place): f"{name}@{commit} # {release}" for name, commit, release, place in rows}
    return {
        by_place[name, "github.com"]: text
        for (name, place), text in by_place.items()
        if place == "enterprise-server"
    }


def rewritten(text: str, kit: str, actions: dict[str, str]) -> str:
    """Return one file with its own repository called `kit`, and `actions` replaced."""
    repository, _, reference = kit.partition("@")
    text = OWN.sub(lambda found: f"{found[1]}{repository}/{found[2]}@{reference}", text)
    for ours, theirs in actions.items():
        text = text.replace(ours, theirs)
    return text


def write(source: Path, target: Path, kit: str) -> None:
    """Write every workflow and action of `source`, a folder .github, below `target`."""
    actions = replacements((source / "actions/pinned.txt").read_text("utf-8"))
    for path in sorted(path for pattern in FILES for path in source.glob(pattern)):
        place = target / ".github" / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(rewritten(path.read_text("utf-8"), kit, actions), "utf-8")


def main(arguments: list[str]) -> int:
    """Write the files, or say how to call this."""
    if len(arguments) != 2 or not KIT.fullmatch(arguments[0]):  # noqa: PLR2004 - as the usage says
        sys.stderr.write(f"{__doc__}")
        return 2
    write(HERE / ".github", Path(arguments[1]), arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
