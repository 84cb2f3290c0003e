"""What the reading tests share: reading bytes through a file whose name says nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cxrviewer.domain import Radiograph
from cxrviewer.reading import DEFAULT_LIMITS, Limits, read_radiograph

ReadBytes = Callable[..., Radiograph]


@pytest.fixture
def read_bytes(tmp_path: Path) -> ReadBytes:
    """Read bytes as a radiograph, from a file without extension."""

    def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Radiograph:
        path = tmp_path / "film"
        path.write_bytes(data)
        return read_radiograph(path, limits)

    return read
