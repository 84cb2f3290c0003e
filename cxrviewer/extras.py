"""What an ordinary installation leaves out: packages that are imported when they are first needed."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any, Final

from cxrviewer.errors import MissingExtraError


@dataclass(frozen=True)
class Extra:
    """An extra of the distribution: its name, what it is for in words, its packages, and where they are needed."""

    name: str
    purpose: str
    packages: tuple[str, ...]
    place: str = ""

    def module(self, name: str) -> Any:
        """Import and return a module of the extra; MissingExtraError says how to install it."""
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise self._missing(name.partition(".")[0]) from error

    def check(self) -> None:
        """Raise MissingExtraError where one of the packages is not installed; none of them is imported."""
        for package in self.packages:
            if importlib.util.find_spec(package) is None:
                raise self._missing(package)

    def _missing(self, package: str) -> MissingExtraError:
        command = " ".join(f"pip install 'cxrviewer[{self.name}]' {self.place}".split())
        return MissingExtraError(
            f"expected the package {package} for {self.purpose}, found none; install it: {command}"
        )


DICOM_RESULTS: Final = Extra("dicom-results", "DICOM result objects", ("highdicom",))
DICOM_NETWORK: Final = Extra("dicom-network", "a PACS", ("pynetdicom", "requests", "keyring"))
CLUSTER: Final = Extra("cluster", "a cluster", ("dask", "distributed"), "here, on the scheduler and on the workers")
