"""What each platform wants beside the program: icon, version information, the bundle's Info.plist."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def program_version(root: Path) -> str:
    """Return the version in cxrviewer/version.py, without importing the program."""
    scope: dict[str, Any] = {}
    exec((root / "cxrviewer" / "version.py").read_text(encoding="utf-8"), scope)  # noqa: S102 - our own file
    return str(scope["__version__"])


def application_icon(root: Path) -> str | None:
    return None


def windows_version_file(root: Path) -> str | None:
    return None


def mac_bundle_info(root: Path) -> dict[str, Any]:
    return {}
