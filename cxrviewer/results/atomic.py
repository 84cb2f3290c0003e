"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cxrviewer.errors import ExportError


@contextmanager
def written_atomically(path: Path) -> Iterator[BinaryIO]:
    """Give a binary stream whose content becomes the file at ``path`` when the block ends without exception.

    The content goes to a hidden temporary file in the same folder, reaches the disk, and then takes the name
    at once; an earlier file stays as it was until then, and stays for good where the block fails. The new
    file keeps the permissions of the one it replaces; where ``path`` is a link, what it points to is
    replaced.
    Raises ExportError where the folder is missing, ``path`` is no regular file, or it cannot be written.
    """
    temporary: Path | None = None
    try:
        with _named_errors(path):
            target = path.resolve()
            if target.exists() and not target.is_file():
                raise ExportError(f"expected the name of a file to write to, got {path}, which is no regular file.")
            # 40 characters of the name: with the rest it stays within the 255 bytes that file systems allow.
            hidden = target.with_name(f".{target.name[:40]}.{uuid.uuid4().hex[:12]}.part")
            with hidden.open("xb") as stream:
                temporary = hidden
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            temporary.replace(target)
            temporary = None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror or error}); check that its folder exists, you may "
            "write there, and that the disk has room, or choose another place."
        ) from error
