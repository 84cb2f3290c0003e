"""What every test may use: the real data where it is present, the synthetic samples, and the shipped bundle."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED_DATA = CHECKOUT.parent / "shared" / "data"

# Tests never write into the user's own results.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _real(folder: str) -> Path:
    path = SHARED_DATA / folder
    if not path.is_dir():
        pytest.skip(f"needs the real radiographs in {path}, which are not on this machine")
    return path


@pytest.fixture(scope="session")
def fullsize_films() -> Path:
    """The folder of ten radiographs as they were published."""
    return _real("fullsize")


@pytest.fixture(scope="session")
def cxr224() -> Path:
    """The folder of 12,408 radiographs of 224 x 224 with its manifest."""
    return _real("cxr224")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The synthetic radiographs that ship with the program."""
    return CHECKOUT / "resources" / "samples"
