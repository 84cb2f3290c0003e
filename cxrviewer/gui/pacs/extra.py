"""Whether the packages of the extra ``dicom-network`` are there, without importing them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from cxrviewer.errors import MissingExtraError

_PACKAGES: Final = ("pynetdicom", "requests", "keyring")


def check_extra() -> None:
    """Raise MissingExtraError where one of the packages is missing."""
    for package in _PACKAGES:
        if find_spec(package) is None:
            raise MissingExtraError(
                f"expected the package {package} for a PACS, found none; install it: pip install "
                "'cxrviewer[dicom-network]'"
            )
