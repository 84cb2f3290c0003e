"""What every test may use: the real data where it is present, the synthetic samples, and the shipped bundle."""

import os
from pathlib import Path

import psutil
import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED_DATA = CHECKOUT.parent / "shared" / "data"

# Tests never write into the user's own results.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run tests in as many processes as there are cores, up to four: each may load TensorFlow (1 GB).

    One file alone, a debugger and benchmarks have the machine to themselves.
    """
    one_file = len(config.args) == 1 and Path(config.args[0].split("::")[0]).is_file()
    if one_file or config.getoption("usepdb") or config.getoption("benchmark_only"):
        return 0
    return min(psutil.cpu_count(logical=False) or os.cpu_count() or 1, 4)


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


@pytest.fixture(scope="session")
def scoped_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shipped bundle with a scope gate that is fitted to 120 drawn films of several sizes."""
    import shutil

    from tests.films import write_png
    from training.data import Sample
    from training.scope import add_scope

    place = tmp_path_factory.mktemp("scoped")
    folder = place / "cxr_mobilenetv2"
    shutil.copytree(CHECKOUT / "models" / "cxr_mobilenetv2", folder)
    samples = []
    for number in range(120):
        label = ("NORMAL", "PNEUMONIA", "COVID19")[number % 3]
        split = "train" if number < 60 else "val"
        # Grain is as fine as the size it was drawn at, and a film is no other kind for being larger.
        path = write_png(place / f"{number}.png", (200, 224, 240, 256)[number // 3 % 4], seed=1000 + number)
        samples.append(Sample(path, label, split, f"p{number}", "drawn", "", "adult", "CC0", number))
    add_scope(folder, samples)
    return folder
