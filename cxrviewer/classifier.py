"""The program as a library: a path or an array in, a dataclass of numpy arrays out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.analysis.analyze import AnalysisSettings, analyze_radiograph
from cxrviewer.domain import Appearance, Facts, FloatArray, ModelIdentity, Radiograph, Scope
from cxrviewer.errors import OutOfScopeError
from cxrviewer.imaging.fitting import heatmap_on_radiograph
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.decision import check_decision
from cxrviewer.inference.engines import open_engine
from cxrviewer.reading import read_radiograph
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, eq=False)
class Classification:
    """What the network says of one radiograph. Research use only. Not for diagnosis.

    probabilities, logits: (K,) float32 in the order of ``findings``. heatmaps: (H, W, K) float32, Grad-CAM on the
    radiograph's own grid, at least 0, in units of the logit. features: (D,) float32. ``flagged``: the findings whose
    probability reaches their threshold. ``prediction_set``: the findings in the conformal set at ``level``, the most
    probable first; both None where the bundle has no conformal quantiles.
    """

    findings: tuple[str, ...]
    predicted: str
    probabilities: FloatArray
    logits: FloatArray
    heatmaps: FloatArray
    features: FloatArray
    flagged: tuple[str, ...]
    warnings: tuple[str, ...]
    radiograph: Radiograph
    model: ModelIdentity
    engine: str
    prediction_set: tuple[str, ...] | None = None
    level: float | None = None
    scope: Scope | None = None


class Classifier:
    """A bundle and its engine, ready to classify; reads files in this process (the command line uses workers).

    ``model`` is the name or folder of a bundle, ``engine`` auto, litert or keras, ``threads`` those of one pass.
    ``level``: of the prediction sets, in (0, 1), None the bundle's own. ``thresholds``: from which probability on a
    finding is flagged, by finding; the others have the bundle's own, and what a person keeps for the command line and
    the window does not count here. ``show_out_of_scope``: films that are out of the bundle's scope are classified, too,
    instead of being refused; ``correction``: as what films that lie wrongly are put right. Raises BundleError and
    EngineError children where bundle or engine cannot be loaded, ValueError for a level that the bundle has no quantile
    for and for a threshold of what is no finding.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = "cxr_mobilenetv2",
        engine: str = "auto",
        threads: int = 1,
        *,
        level: float | None = None,
        thresholds: Mapping[str, float] | None = None,
        show_out_of_scope: bool = False,
        correction: Appearance = "upright",
    ) -> None:
        self._bundle = find_bundle(os.fspath(model), verify=False)  # the engine verifies the file that it loads
        self._settings = AnalysisSettings(
            level=level,
            thresholds=tuple((thresholds or {}).items()),
            show_out_of_scope=show_out_of_scope,
            correction=correction,
        )
        check_decision(self._bundle.metadata, level, thresholds or {})
        self._engine = open_engine(engine, self._bundle, threads)

    @property
    def findings(self) -> tuple[str, ...]:
        """The bundle's findings, in the order of every array of K."""
        return self._bundle.metadata.findings

    @property
    def model(self) -> ModelIdentity:
        """The bundle's name, version and SHA-256."""
        return self._bundle.identity

    def classify(
        self, source: str | os.PathLike[str] | Radiograph | npt.NDArray[Any], limits: Limits = DEFAULT_LIMITS
    ) -> Classification:
        """Classify a file, a radiograph that was read, or an array.

        An array is (H, W): uint8 and uint16 as stored values (8 bits are shown 0 to 255, more from minimum to maximum,
        as for a file without a window), or floating point in [0, 1], 0 black. Raises the named error of a file that is
        refused or cannot be read, OutOfScopeError where the bundle was not made for such films, ValueError for another
        array.
        """
        if isinstance(source, np.ndarray):
            radiograph = radiograph_from_array(source)
        elif isinstance(source, Radiograph):
            radiograph = source
        else:
            radiograph = read_radiograph(Path(source), limits)
        analysis = analyze_radiograph(radiograph, self._bundle, self._engine, self._settings)
        prediction = analysis.prediction
        if prediction is None:  # the one thing that a radiograph that was read is refused for
            raise OutOfScopeError(analysis.message)
        return Classification(
            findings=prediction.findings,
            predicted=prediction.predicted,
            probabilities=prediction.probabilities,
            logits=prediction.logits,
            heatmaps=np.stack([heatmap_on_radiograph(heatmap) for heatmap in analysis.heatmaps], axis=-1),
            features=prediction.features,
            flagged=prediction.flagged,
            warnings=analysis.warnings,
            radiograph=radiograph,
            model=analysis.model,
            engine=analysis.engine,
            prediction_set=prediction.prediction_set,
            level=prediction.level,
            scope=analysis.scope,
        )


def radiograph_from_array(array: npt.NDArray[Any]) -> Radiograph:
    """Make a radiograph of an array as ``Classifier.classify`` takes it; ValueError for any other."""
    if array.ndim != 2 or min(array.shape) < DEFAULT_LIMITS.shortest_side:
        raise ValueError(
            f"expected an array (H, W) of at least {DEFAULT_LIMITS.shortest_side} x {DEFAULT_LIMITS.shortest_side}, "
            f"got shape {array.shape}."
        )
    slope = 1.0
    if np.issubdtype(array.dtype, np.floating):
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise ValueError("expected floating point values in [0, 1], got others; scale the array first.")
        # Stored as 16 bits with its own scale: finer than any display, and one path for every radiograph.
        stored = np.round(array * 65535).astype(np.uint16)
        slope = 1 / 65535
    elif array.dtype in (np.uint8, np.uint16):
        stored = array.copy()
    else:
        raise ValueError(f"expected uint8, uint16 or floating point, got {array.dtype}.")
    return _array_radiograph(stored, slope)


def _array_radiograph(stored: npt.NDArray[Any], slope: float) -> Radiograph:
    from cxrviewer.domain import Window

    height, width = stored.shape
    facts = Facts(
        format="array",
        decoder="none",
        width=width,
        height=height,
        bits=stored.dtype.itemsize * 8,
        photometric="MONOCHROME2",
    )
    # A floating-point array comes as a display already: black at 0, white at 1, whatever values it happens to hold.
    windows = () if slope == 1.0 else (Window(0.5, 1.0, "LINEAR_EXACT", "0 to 1"),)
    return Radiograph(stored=stored, facts=facts, slope=slope, windows=windows)
