"""SV001: the image is hardened and within its size."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.service.image_faults import build_tools, set_user_files, share_compiled, world_writable
from model_checks.service.image_secrets import secrets_in
from model_checks.signatures import Megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.inputs import Image, ImageFiles

NAMED = 5
MOST = 0.9  # templates and leftovers of other Pythons cannot be compiled
TRACEABLE = ("org.opencontainers.image.title", "io.iddr.model.sha256")
REVOKE = (
    "revoke it (whoever has the image has it), and build again without it: a later layer that deletes a file does "
    "not take it out; give a build its passwords as secret mounts, a container its own by environment or file"
)


@check("the image is hardened and within its size", phases=Phase.DELIVERY, levels=(WARN, BLOCK, BLOCK))
def sv001(
    image: Image,
    image_files: ImageFiles,
    *,
    budget: Megabytes = 250,
    ports: tuple[int, ...] = (8080,),
    labels: tuple[str, ...] = TRACEABLE,
) -> Iterator[Finding]:
    """Hold the image to what a container needs and no more.

    It runs as a user other than root, named by number; nothing in it changes the user; nobody but root may write
    its files; it opens the declared `ports` alone; no secret is in its configuration, history or layers; it holds
    no compiler and no package manager; it has a health check, needs no volume and runs read-only; `labels` are
    there; its compressed layers together are no larger than `budget`.

    Why: Whoever breaks into the service gets what the image holds: a root user, a way to become one, tools to
        build others, passwords. Size is what every start on a new machine waits for.
    Fix: Build in one stage and copy the result into another; set USER 65532:65532; install nothing that only
        builds; leave out of the lock what serving does not import.
    Source: NIST SP 800-190, Application Container Security Guide, 3.1 and 4.1; CIS Docker Benchmark v1.6, 4.1,
        4.3, 4.6, 4.8 and 4.10; Kubernetes, Pod Security Standards, "Restricted".
    """
    if not image_files.files:
        raise NotAudited(f"{image.name} holds no files to look at; run delivery again")
    settings = image.config.get("config") or {}
    yield _user(image, str(settings.get("User") or ""))
    yield _none("set-user-id files", set_user_files(image_files.files), "remove them, or chmod a-s")
    yield _none("files that everyone may write", world_writable(image_files.files), "chmod o-w, as root")
    yield _ports(settings, ports)
    yield from _secrets(image, image_files)
    tools = "copy the result into a stage without them, or remove them in the layer that brought them"
    yield _none("compilers and package managers", build_tools(image_files.files), tools)
    yield _health(settings)
    yield _read_only(settings, image_files)
    yield _labels(settings, labels)
    yield Finding.at_most(
        "compressed size", round(image.size / 1e6, 1), budget, where=image.name, unit=" MB",
        fix="iddr image shows what is large; leave it out of the lock, or raise [checks.SV001] budget",
    )  # fmt: skip
    compiled, modules = share_compiled(image_files.files)
    slow = "; the others are compiled anew at each start" if compiled < MOST * modules else ""
    yield Finding.said(f"{compiled} of {modules} modules are byte-compiled{slow}")


def _user(image: Image, user: str) -> Finding:
    number = user.partition(":")[0]
    good = number.isascii() and number.isdigit() and int(number) > 0
    found = f"user is {user!r}" if user else "no user is set, which means root"
    return Finding(
        ok=good, where=image.name, rule="user", message=f"{found}, expected a number above 0, such as 65532:65532",
        fix="" if good else "USER 65532:65532; a name is not enough, for an orchestrator cannot tell who it is",
    )  # fmt: skip


def _none(what: str, found: list[str], fix: str) -> Finding:
    count = f"{len(found)}: {_named(found)}" if found else "none"
    return Finding(
        ok=not found, rule=what, message=f"{what}: {count}, expected none", fix=fix if found else "",
        measured=len(found), limit=0,
    )  # fmt: skip


def _ports(settings: Mapping[str, Any], ports: tuple[int, ...]) -> Finding:
    allowed = {f"{port}/tcp" for port in ports}
    exposed = {port if "/" in port else f"{port}/tcp" for port in settings.get("ExposedPorts") or ()}
    good = exposed <= allowed
    return Finding(
        ok=good, rule="ports",
        message=f"exposes {', '.join(sorted(exposed)) or 'nothing'}, expected no more than "
        f"{', '.join(sorted(allowed)) or 'nothing'}",
        fix="" if good else "leave EXPOSE of the others out, or declare them: [checks.SV001] ports",
    )  # fmt: skip


def _secrets(image: Image, image_files: ImageFiles) -> Iterator[Finding]:
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for place, kind, identity in secrets_in(image, image_files):
        places[kind, identity].append(place)
    for (kind, identity), found in places.items():
        where = dict.fromkeys(found)
        message = f"{_named(list(where))}: {kind}, expected no secret in an image"
        yield Finding(ok=False, where=found[0], rule=f"secret {identity}", message=message, fix=REVOKE)
    if not places:
        message = f"no secret in configuration, history and {len(image_files.texts)} text files"
        yield Finding(ok=True, rule="secrets", message=message)


def _health(settings: Mapping[str, Any]) -> Finding:
    test = (settings.get("Healthcheck") or {}).get("Test") or []
    good = bool(test) and test[0] != "NONE"
    found = f"health check: {' '.join(map(str, test[1:]))}" if good else "there is no health check"
    fix = "" if good else 'HEALTHCHECK CMD ["python3", "/app/serve.py", "--health"]; docker build keeps it'
    return Finding(ok=good, rule="health check", message=f"{found}, expected one", fix=fix)


def _read_only(settings: Mapping[str, Any], image_files: ImageFiles) -> Finding:
    tmp = image_files.files.get("/tmp")  # noqa: S108 - a path inside the image
    volumes = sorted(settings.get("Volumes") or ())
    lacking = [] if tmp and tmp.kind == "folder" else ["no folder /tmp to mount a writable one on"]
    lacking += [f"volumes {', '.join(volumes)}, which every container gets a writable copy of"] if volumes else []
    found = " and ".join(lacking) or "all that it needs"
    return Finding(
        ok=not lacking, rule="read-only root",
        message=f"with a read-only root it has {found}, expected to need /tmp alone",
        fix="make /tmp, leave VOLUME out, and write nowhere else" if lacking else "",
    )  # fmt: skip


def _labels(settings: Mapping[str, Any], wanted: tuple[str, ...]) -> Finding:
    have = settings.get("Labels") or {}
    lacking = [label for label in wanted if not have.get(label)]
    found = f"without {', '.join(lacking)}" if lacking else f"all {len(wanted)} that are asked for"
    return Finding(
        ok=not lacking, rule="labels", message=f"labels: {found}, expected {', '.join(wanted) or 'none'}",
        fix="set them when the image is built; `iddr run` does" if lacking else "",
    )  # fmt: skip


def _named(names: list[str]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
