from __future__ import annotations

import pytest

from tests.ci_steps.deliver.images import debian


@pytest.fixture(scope="session")
def base():
    """Return the Debian base."""
    return debian()
