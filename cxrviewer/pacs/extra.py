"""The packages of the extra ``dicom-network``, imported when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

from cxrviewer.errors import MissingExtraError


def require(module: str) -> Any:
    """Import a module of the extra; MissingExtraError says how to install it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"expected the package {module} for a PACS, found none; install it: pip install 'cxrviewer[dicom-network]'"
        ) from error
