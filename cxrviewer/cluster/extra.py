"""The packages of the extra ``cluster``, or a named error that says how to install them."""

from __future__ import annotations

import importlib
from typing import Any

from cxrviewer.errors import MissingExtraError


def cluster_module(name: str) -> Any:
    """Return a module of the extra; MissingExtraError where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"a cluster needs the package {name.partition('.')[0]}, which is not installed; "
            "pip install 'cxrviewer[cluster]' here, on the scheduler and on the workers."
        ) from error
