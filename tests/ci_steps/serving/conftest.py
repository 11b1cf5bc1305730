from __future__ import annotations

import pytest

from tests.ci_steps.serving.packages import put_application, put_model, trained
from tests.ci_steps.serving.servers import running


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """Return the application layer, unpacked."""
    return put_application(tmp_path_factory.mktemp("layer"))


@pytest.fixture(scope="session")
def pipeline():
    """Return a trained pipeline."""
    return trained()


@pytest.fixture(scope="session")
def server(app, pipeline, tmp_path_factory):
    """Return a running server of the trained pipeline, with small limits."""
    package = put_model(tmp_path_factory.mktemp("package") / "package", pipeline)
    with running(app, package, IDDR_MAX_BODY="20000", IDDR_MAX_ROWS="50", IDDR_BODY_SECONDS="1") as started:
        started.wait_until_ready()
        yield started


@pytest.fixture(scope="session")
def odd(app, tmp_path_factory):
    """Return a running server of a model that misbehaves at some ages."""
    import sys

    sys.path.insert(0, str(app))
    try:
        from odd_models import Odd

        package = put_model(tmp_path_factory.mktemp("odd") / "package", Odd())
    finally:
        sys.path.remove(str(app))
    with running(app, package, IDDR_MAX_WAITING="3") as started:
        started.wait_until_ready()
        yield started
