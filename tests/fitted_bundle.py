"""The shipped network in a bundle with conformal quantiles and operating curves, fitted to films that are made up."""

import json
import shutil
from pathlib import Path

import numpy as np

from cxrviewer.inference.bundle import Bundle, find_bundle, load_bundle
from training.assessment import fit_to


def write_fitted_bundle(folder: Path, version: str = "0.9.0") -> Bundle:
    """Write a copy of the shipped bundle with parts fitted to 600 random logits, and load it."""
    shipped = find_bundle("cxr_mobilenetv2", verify=False)
    shutil.copytree(shipped.folder, folder)
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 3, 600)
    logits = (rng.normal(0, 1.5, (600, 3)) + 3 * np.eye(3)[labels]).astype(np.float32)
    fitted = fit_to(logits, labels.astype(np.intp), shipped.metadata.findings, "600 made-up films", ())
    parts = {"calibration": fitted.calibration, "thresholds": fitted.thresholds, "conformal": fitted.conformal}
    parts |= {"operating_curves": fitted.operating_curves, "version": version}
    content = shipped.metadata.model_copy(update=parts).model_dump(mode="json", exclude_none=True)
    (folder / "metadata.json").write_text(json.dumps(content), encoding="utf-8")
    return load_bundle(folder)
