"""A DICOMDIR's references, unfollowed: what they may point at is for ``discovery`` to judge."""

from __future__ import annotations

import os
from pathlib import Path

from cxrviewer.errors import LimitExceededError, MissingFileError
from cxrviewer.reading.translation import corrupt_unless, quiet

_MOST_BYTES = 64 << 20  # some hundred thousand records


def referenced_files(dicomdir: Path) -> list[tuple[str, ...]]:
    """Return the path components of every file that a DICOMDIR refers to, in its order, each once.

    Raises MissingFileError, CorruptFileError, or LimitExceededError over 64 MiB. Source: DICOM PS3.3 F.3.2.2
    (Referenced File ID).
    """
    try:
        size = os.path.getsize(dicomdir)  # noqa: PTH202 - one call, one error to translate
    except OSError as error:
        raise MissingFileError("the DICOMDIR cannot be opened. Check the permission to read it.") from error
    if size > _MOST_BYTES:
        raise LimitExceededError(f"expected a DICOMDIR of at most {_MOST_BYTES:,} bytes, got {size:,}.")
    import pydicom
    from pydicom.tag import Tag

    with corrupt_unless("the DICOMDIR"), quiet():
        dataset = pydicom.dcmread(dicomdir, specific_tags=[Tag("DirectoryRecordSequence")])
        references: dict[tuple[str, ...], None] = {}
        for record in dataset["DirectoryRecordSequence"].value:
            value = record.get("ReferencedFileID")
            if value:
                references[(value,) if isinstance(value, str) else tuple(str(part) for part in value)] = None
    return list(references)
