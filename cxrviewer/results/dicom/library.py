"""highdicom, which makes the objects: an optional part of the program, imported when it is first needed."""

from __future__ import annotations

import importlib.util

from cxrviewer.errors import MissingExtraError


def require_highdicom() -> None:
    """Raise MissingExtraError, with the line that installs it, where highdicom is not installed."""
    if importlib.util.find_spec("highdicom") is None:
        raise MissingExtraError(
            "expected highdicom, which writes DICOM result objects, found none; install it with "
            "pip install 'cxrviewer[dicom-results]' (the executable without Python does not have it)."
        )
