"""Where models can be run."""

from __future__ import annotations

from model_checks.findings import NotAudited


def needs_linux(platform: str) -> None:
    """Say what is not judged on `platform` (system-machine).

    Raises:
        NotAudited: it is not Linux, whose kernel walls the model in.
    """
    system = platform.partition("-")[0]
    if system != "Linux":
        raise NotAudited(
            f"a model is trained and asked on Linux alone, whose kernel walls it in; this is "
            f"{ {'Darwin': 'macOS'}.get(system, system) }: use a container, WSL 2 or the CI run"
        )
