"""Files that appear in a folder together, or none of them where an export ends early."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cxrviewer.errors import ExportError


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside ``folder``, on its disk; afterwards it is gone, and what was made for it if empty."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    staging = folder / f".cxrviewer-{uuid.uuid4().hex[:12]}.part"
    with _named_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):  # the first that holds something, and all above it, stay
            for path in made:
                path.rmdir()


def move_into(folder: Path, staging: Path) -> None:
    """Give the files of a staging folder their place; one that is there already stays. Raises ExportError."""
    with _named_errors(folder):
        for made in sorted(staging.iterdir()):
            target = folder / made.name
            if not target.exists():
                made.replace(target)


@contextmanager
def _named_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"the folder {folder} cannot be written to ({error.strerror or error}); check that you may write there "
            "and that the disk has room, or choose another place."
        ) from error
