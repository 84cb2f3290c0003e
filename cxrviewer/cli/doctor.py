"""``cxrviewer doctor``: what is installed, and whether it works."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sys
import time
from importlib import metadata
from typing import Any, get_args

import numpy as np
import typer

from cxrviewer.analysis.pool import default_worker_count
from cxrviewer.cli.ending import EXIT_SOME_FAILED
from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.errors import CxrViewerError
from cxrviewer.inference.bundle import Bundle, EngineName, available_bundles, load_bundle
from cxrviewer.inference.engines import open_engine
from cxrviewer.native_output import native_errors_silenced
from cxrviewer.reading.codecs import codec_table
from cxrviewer.resources import models_folder, resources_folder
from cxrviewer.results.store import default_store_path
from cxrviewer.version import __version__

_PACKAGES = (
    "ai-edge-litert", "keras", "matplotlib", "numpy", "opencv-python-headless", "pebble", "pillow", "platformdirs",
    "psutil", "pydantic", "pydicom", "pyjpegls", "pylibjpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle",
    "PySide6-Essentials", "python-gdcm", "rich", "tensorflow", "typer",
    # of the extras
    "highdicom", "keyring", "pynetdicom", "requests", "distributed", "pyarrow",
)  # fmt: skip


def examine_installation(as_json: bool) -> None:
    """Print versions, engines, devices, hashes, folders and codecs; exit status 1 where something does not work."""
    bundles, loaded = _bundles()
    report: dict[str, dict[str, Any]] = {
        "program": {
            "cxrviewer": __version__,
            "python": sys.version.split()[0],
            "system": platform.platform(),
            "processors": default_worker_count(),
            "display": _display(),
        },
        "packages": {name: _version(name) for name in _PACKAGES},
        "folders": {
            "bundles": str(models_folder()),
            "resources": str(resources_folder()),
            "results": _folder_state(),
        },
        "bundles": bundles,
        "engines": _engines(loaded),
        "codecs": codec_table(),
    }
    if as_json:
        typer.echo(json.dumps({"not_for_diagnosis": NOT_FOR_DIAGNOSIS, **report}, indent=2))
    else:
        for section, content in report.items():
            typer.echo(section)
            for name, value in content.items():
                typer.echo(f"  {name:44} {value}")
        typer.echo(NOT_FOR_DIAGNOSIS)
    working = loaded and all("does not work" not in str(v) for part in report.values() for v in part.values())
    if not working:
        raise typer.Exit(EXIT_SOME_FAILED)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _display() -> str:
    if sys.platform in ("win32", "darwin"):
        return "native"
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "none"


def _folder_state() -> str:
    path = default_store_path()
    if path.exists():
        return f"{path} ({path.stat().st_size / 1024**2:.1f} MiB)"
    return f"{path} (not there yet)"


def _bundles() -> tuple[dict[str, str], list[Bundle]]:
    rows: dict[str, str] = {}
    loaded: list[Bundle] = []
    for folder in available_bundles():
        try:
            bundle = load_bundle(folder)
        except CxrViewerError as error:
            rows[folder.name] = f"does not work: {error}"
        else:
            loaded.append(bundle)
            rows[folder.name] = f"{bundle.metadata.version}, SHA-256 {bundle.sha256}, its files verified"
    return rows, loaded


def _engines(bundles: list[Bundle]) -> dict[str, str]:
    """Open every engine on the first bundle and run it once."""
    return {name: _try_engine(name, bundles[0]) for name in get_args(EngineName)} if bundles else {}


def _try_engine(name: EngineName, bundle: Bundle) -> str:
    if _left_out(name):
        return "not in this program, which was built without TensorFlow"
    spec = bundle.input_spec
    started = time.perf_counter()
    try:
        with native_errors_silenced():  # TensorFlow's own lines about its start
            engine = open_engine(name, bundle)
            opened = time.perf_counter()
            batch = np.zeros((1, spec.height, spec.width, spec.channels), np.float32)
            engine.run(batch)
        warm = time.perf_counter()
        engine.run(batch)
    except CxrViewerError as error:
        return f"does not work: {error}"
    return (
        f"{engine.device}; opened in {opened - started:.2f} s, "
        f"one radiograph in {(time.perf_counter() - warm) * 1000:.1f} ms"
    )


def _left_out(name: EngineName) -> bool:
    """Return whether an engine is no part of this frozen program: elsewhere what is missing should be there."""
    return name == "keras" and bool(getattr(sys, "frozen", False)) and importlib.util.find_spec("keras") is None
