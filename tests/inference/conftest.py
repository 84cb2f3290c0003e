"""The shipped bundle, opened once, and real radiographs as it sees them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.domain import FloatArray
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.reading import read_radiograph

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return find_bundle("cxr_mobilenetv2")


@pytest.fixture(scope="session")
def litert(bundle):
    from cxrviewer.inference.litert_engine import LiteRTEngine

    return LiteRTEngine(bundle)


@pytest.fixture(scope="session")
def keras_engine(bundle):
    from cxrviewer.inference.keras_engine import KerasEngine

    return KerasEngine(bundle)


def network_inputs(paths: list[Path], bundle: Bundle) -> FloatArray:
    """Return (N, H, W, C) float32, each file read, rendered and fitted as the program does it."""
    films = [fit(default_rendering(read_radiograph(path)), bundle.input_spec)[0] for path in paths]
    return np.stack(films)


@pytest.fixture(scope="session")
def test_films(cxr224, bundle) -> FloatArray:
    """60 films of the test split, of every label and source in turn."""
    with (cxr224 / "manifest.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == "test"]
    rows.sort(key=lambda row: row["path"])
    return network_inputs([cxr224 / row["path"] for row in rows[:: len(rows) // 60][:60]], bundle)


@pytest.fixture(scope="session")
def published_films(fullsize_films, bundle) -> FloatArray:
    """The ten radiographs of fullsize/."""
    paths = sorted(path for path in fullsize_films.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return network_inputs(paths, bundle)
