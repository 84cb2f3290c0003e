"""The network of a bundle or of a run, opened to be scored."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.errors import BundleError
from cxrviewer.inference.bundle import METADATA_FILE, load_bundle, sha256_of
from cxrviewer.inference.engines import open_engine
from training.assessment import keras_heatmaps, read_network
from training.errors import TrainingError
from training.runs import NETWORK_FILE, read_fitted, read_recipe


@dataclass(frozen=True)
class Scorer:
    """A network that is to be scored; ``logits`` takes (N, H, W, C) in the input range to (N, K), both float32.

    ``heatmaps`` takes the same to Grad-CAM of every finding, (N, h, w, K) at least 0; None where there is none.
    ``sha256`` is of the file that is run.
    """

    name: str
    engine: str
    sha256: str
    findings: tuple[str, ...]
    spec: InputSpec
    temperature: float
    logits: Callable[[FloatArray], FloatArray]
    heatmaps: Callable[[FloatArray], FloatArray] | None = None


def open_scorer(subject: Path) -> Scorer:
    """Return the network of a bundle, through LiteRT where it has it, or that of a calibrated run, through Keras.

    Raises TrainingError for a bundle that cannot be opened, RunError where ``subject`` is neither or not evaluated.
    """
    if not (subject / METADATA_FILE).is_file():
        return _run_scorer(subject)
    try:
        bundle = load_bundle(subject)
        engine = open_engine("auto", bundle, threads=os.cpu_count() or 1)
    except BundleError as error:
        raise TrainingError(str(error)) from error
    metadata = bundle.metadata
    return Scorer(
        name=f"{metadata.name} {metadata.version}",
        engine=engine.name,
        sha256=metadata.engines[engine.name].sha256,
        findings=metadata.findings,
        spec=bundle.input_spec,
        temperature=metadata.calibration.temperature,
        logits=lambda batch: engine.run(batch).logits,
        heatmaps=lambda batch: engine.run(batch).heatmaps,
    )


def _run_scorer(run: Path) -> Scorer:
    import keras

    recipe, fitted, network = read_recipe(run), read_fitted(run), read_network(run)

    def logits(batch: FloatArray) -> FloatArray:
        outputs = np.asarray(network.predict_on_batch(batch), np.float32)
        return outputs * np.array([-0.5, 0.5], np.float32) if outputs.shape[1] == 1 else outputs

    return Scorer(
        name=f"{recipe.name} {recipe.card.version}",
        engine=keras.backend.backend(),
        sha256=sha256_of(run / NETWORK_FILE),
        findings=recipe.findings,
        spec=recipe.input,
        temperature=fitted.calibration.temperature,
        logits=logits,
        heatmaps=keras_heatmaps(network)[0],
    )
