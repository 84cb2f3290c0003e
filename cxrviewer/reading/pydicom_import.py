"""Keeps pydicom from loading an HTTP client when it is imported.

pydicom's loader of test data imports requests wherever that is installed, and urllib3 below it binds a socket to learn
whether the system knows IPv6. This program opens no such data, and asks for no socket before a node is configured.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

_DOWNLOADS: Final = "pydicom.data.download"
_CLIENT: Final = "requests"


class _WithoutClient(Loader):
    """Executes a module as its own loader does, while the HTTP client cannot be imported."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if _CLIENT in sys.modules:  # it is there already: nothing is gained
            self._loader.exec_module(module)
            return
        sys.modules[_CLIENT] = None  # type: ignore[assignment]  # to import it raises ImportError, which pydicom expects
        try:
            self._loader.exec_module(module)
        finally:
            del sys.modules[_CLIENT]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _DownloadsFinder(MetaPathFinder):
    """Finds pydicom's loader of test data, once."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _DOWNLOADS:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _WithoutClient(spec.loader)
        return spec


def keep_http_client_out() -> None:
    """Have pydicom imported without an HTTP client from now on; does nothing where it is imported already."""
    if _DOWNLOADS not in sys.modules and not any(isinstance(finder, _DownloadsFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _DownloadsFinder())
