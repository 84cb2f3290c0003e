"""The one finder of resources/ and models/: in a checkout, installed, and frozen."""

from __future__ import annotations

import sys
from pathlib import Path


def _data_root() -> Path:
    """Return the folder that holds resources/ and models/."""
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's bootloader
    if frozen is not None:
        return Path(frozen)
    package = Path(__file__).resolve().parent
    # A wheel carries both folders inside the package; in a checkout they stand beside it.
    return package if (package / "models").is_dir() else package.parent


def resources_folder() -> Path:
    """Return the folder of icons, colour maps and synthetic samples."""
    return _data_root() / "resources"


def models_folder() -> Path:
    """Return the folder whose children are the shipped bundles."""
    return _data_root() / "models"
