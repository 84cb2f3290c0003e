"""What happens to a network after training: it is calibrated on the validation films and scored on others."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.inference.bundle import Bundle, Calibration
from cxrviewer.inference.decision import calibrated_probabilities
from cxrviewer.inference.engine import Engine
from training.calibration import fit_temperature, fit_thresholds
from training.data import Sample, load_film, network_input, of_split
from training.errors import DataError, RunError
from training.evaluation import evaluate
from training.recipe import Comparison
from training.runs import (
    EVALUATION_FILE,
    FITTED_FILE,
    NETWORK_FILE,
    Fitted,
    collections_of,
    read_recipe,
    write_json,
)

SENSITIVITY = 0.95
BATCH = 32


def assess_run(run: Path, samples: Sequence[Sample], split: str = "test") -> dict[str, Any]:
    """Calibrate a run's network on the validation films, score it on a split, and write both into the run's
    folder.

    Returns the evaluation. Raises RunError where the run has no network yet, DataError where a split has no
    film.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    recipe = read_recipe(run)
    if not (run / NETWORK_FILE).is_file():
        raise RunError(f"expected {NETWORK_FILE} in {run}; the run has not finished an epoch yet")
    network = keras.saving.load_model(run / NETWORK_FILE, compile=False, safe_mode=True)
    validation, scored = _split(samples, "val"), _split(samples, split)
    if missing := sorted({*recipe.findings} - {sample.label for sample in validation}):
        raise DataError(f"expected films of every class in the split val, to calibrate on; there are none of {missing}")
    logits = keras_logits(network, recipe.input, validation)
    labels = np.array([recipe.findings.index(sample.label) for sample in validation], np.intp)
    temperature = fit_temperature(logits, labels)
    films = f"{len(validation)} validation films"
    fitted = Fitted(
        calibration=Calibration(temperature=round(temperature, 6), fitted_on=films),
        thresholds=fit_thresholds(
            calibrated_probabilities(logits, round(temperature, 6)),
            labels,
            recipe.findings,
            SENSITIVITY,
            films,
        ),
        collections=collections_of(samples),
    )
    write_json(run / FITTED_FILE, fitted.model_dump(mode="json"))
    probabilities = calibrated_probabilities(
        keras_logits(network, recipe.input, scored), fitted.calibration.temperature
    )
    evaluation = {
        "split": split,
        **evaluate(scored, probabilities, recipe.findings, recipe.comparisons, seed=recipe.seed),
    }
    write_json(run / EVALUATION_FILE, evaluation)
    return evaluation


def assess_bundle(
    bundle: Bundle,
    engine: Engine,
    samples: Sequence[Sample],
    comparisons: Sequence[Comparison] = (),
    split: str = "test",
) -> dict[str, Any]:
    """Return the evaluation of a bundle on a split, as its engine runs it; DataError where the split has
    no film.
    """
    scored = _split(samples, split)
    logits = []
    for start in range(0, len(scored), BATCH):
        films = [load_film(sample.path, bundle.input_spec) for sample in scored[start : start + BATCH]]
        logits.append(engine.run(network_input(films, bundle.input_spec)).logits)
    probabilities = calibrated_probabilities(np.concatenate(logits), bundle.metadata.calibration.temperature)
    return {"split": split, **evaluate(scored, probabilities, bundle.metadata.findings, comparisons)}


def keras_logits(
    network: Any,
    spec: InputSpec,
    samples: Sequence[Sample],
    load: Callable[[Path, InputSpec], FloatArray] = load_film,
) -> FloatArray:
    """Return a Keras network's (N, K) float32 logits of films as they are, in the order of the samples.

    One logit z for two findings becomes (-z/2, z/2), as in the bundle that the network is exported to.
    """
    logits = []
    for start in range(0, len(samples), BATCH):
        films = [load(sample.path, spec) for sample in samples[start : start + BATCH]]
        # With tf.distribute every replica predicts the whole batch, one after the other in the result.
        outputs = np.asarray(network.predict_on_batch(network_input(films, spec)), np.float32)
        logits.append(outputs[: len(films)])
    outputs = np.concatenate(logits)
    return outputs * np.array([-0.5, 0.5], np.float32) if outputs.shape[1] == 1 else outputs


def _split(samples: Sequence[Sample], split: str) -> list[Sample]:
    chosen = list(samples) if split == "all" else of_split(samples, split)
    if not chosen:
        raise DataError(f"expected films in the split {split}, there are none")
    return chosen
