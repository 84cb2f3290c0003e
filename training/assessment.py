"""What happens to a network after training: it is calibrated on the validation films and scored on others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.errors import BundleError
from cxrviewer.inference.bundle import METADATA_FILE, Bundle, Calibration, sha256_of
from cxrviewer.inference.conformal import ConformalQuantiles
from cxrviewer.inference.decision import calibrated_probabilities
from cxrviewer.inference.engine import Engine
from training.calibration import Labels, fit_operating_curves, fit_temperature, fit_thresholds
from training.conformal import evaluate_sets, fit_conformal
from training.data import Sample, load_film, network_input, of_split
from training.errors import ArchitectureError, DataError, RunError
from training.evaluation import evaluate
from training.recipe import Comparison, Recipe
from training.runs import (
    EVALUATION_FILE,
    FITTED_FILE,
    HISTORY_FILE,
    NETWORK_FILE,
    Collection,
    Fitted,
    collections_of,
    read_fitted,
    read_recipe,
    write_json,
)

SENSITIVITY = 0.95
BATCH = 32


@dataclass(frozen=True)
class Subject:
    """What was scored, in words; ``files`` holds the name and SHA-256 of each of its files."""

    kind: str
    name: str
    version: str
    engine: str
    calibration: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Assessment:
    """A network's answers on labelled films, in the order of ``samples``, and what they come to.

    probabilities: (N, K) float32, in the order of ``findings``. ``heatmaps`` takes (n, h, w, C) float32 in the input
    range of ``spec`` to Grad-CAM of every finding, (n, h', w', K); where it is None, ``unexplained`` says why.
    ``history``: the run's epochs, empty for a bundle.
    """

    subject: Subject
    findings: tuple[str, ...]
    spec: InputSpec
    samples: tuple[Sample, ...]
    probabilities: FloatArray
    evaluation: dict[str, Any]
    heatmaps: Callable[[FloatArray], FloatArray] | None = None
    unexplained: str = ""
    history: tuple[dict[str, Any], ...] = ()

    @property
    def labels(self) -> Labels:
        """The labels' indices among the findings, (N,)."""
        return np.array([self.findings.index(sample.label) for sample in self.samples], np.intp)


def assess_run(run: Path, samples: Sequence[Sample], split: str = "test", *, calibrate: bool = True) -> Assessment:
    """Score a run's network on a split: calibrated anew on the validation films, or as it was calibrated before.

    ``calibrate`` writes calibration and evaluation into the run's folder; without it nothing is written. Raises
    RunError where the run has no network yet, or was not calibrated and is not to be; DataError where a split has no
    film.
    """
    recipe, network = read_recipe(run), read_network(run)
    scored = _split(samples, split)
    fitted = _fit(network, recipe, samples) if calibrate else read_fitted(run)
    probabilities = calibrated_probabilities(
        keras_logits(network, recipe.input, scored), fitted.calibration.temperature
    )
    evaluation = {"split": split, **evaluate(scored, probabilities, recipe.findings, recipe.comparisons)}
    evaluation |= _sets(scored, probabilities, fitted.conformal, recipe.findings)
    if calibrate:
        write_json(run / FITTED_FILE, fitted.model_dump(mode="json"))
        write_json(run / EVALUATION_FILE, evaluation)
    heatmaps, unexplained = keras_heatmaps(network)
    history = run / HISTORY_FILE
    return Assessment(
        subject=_subject_of_run(run, recipe, fitted),
        findings=recipe.findings,
        spec=recipe.input,
        samples=tuple(scored),
        probabilities=probabilities,
        evaluation=evaluation,
        heatmaps=heatmaps,
        unexplained=unexplained,
        history=tuple(json.loads(history.read_text(encoding="utf-8"))) if history.is_file() else (),
    )


def assess_bundle(
    bundle: Bundle,
    engine: Engine,
    samples: Sequence[Sample],
    comparisons: Sequence[Comparison] = (),
    split: str = "test",
) -> Assessment:
    """Score a bundle on a split, as its engine runs it; DataError where the split has no film."""
    spec, metadata = bundle.input_spec, bundle.metadata
    scored = _split(samples, split)
    logits = []
    for start in range(0, len(scored), BATCH):
        films = [load_film(sample.path, spec) for sample in scored[start : start + BATCH]]
        logits.append(engine.run(network_input(films, spec)).logits)
    probabilities = calibrated_probabilities(np.concatenate(logits), metadata.calibration.temperature)
    files = [(METADATA_FILE, bundle.sha256), *((e.file, e.sha256) for e in metadata.engines.values())]
    return Assessment(
        subject=Subject(
            kind="bundle",
            name=metadata.name,
            version=metadata.version,
            engine=f"{engine.name}, {engine.device}",
            calibration=_calibration_words(metadata.calibration),
            files=tuple(files),
        ),
        findings=metadata.findings,
        spec=spec,
        samples=tuple(scored),
        probabilities=probabilities,
        evaluation={
            "split": split,
            **evaluate(scored, probabilities, metadata.findings, comparisons),
            **_sets(scored, probabilities, metadata.conformal, metadata.findings),
        },
        heatmaps=lambda batch: engine.run(batch).heatmaps,
    )


def read_network(run: Path) -> Any:
    """Return the Keras network of a run; RunError where the run has none yet."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    if not (run / NETWORK_FILE).is_file():
        raise RunError(f"expected {NETWORK_FILE} in {run}; the run has not finished an epoch yet")
    return keras.saving.load_model(run / NETWORK_FILE, compile=False, safe_mode=True)


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


def _fit(network: Any, recipe: Recipe, samples: Sequence[Sample]) -> Fitted:
    """Fit what ``fit_to`` fits on the validation films; DataError where a class has none."""
    validation = _split(samples, "val")
    if missing := sorted({*recipe.findings} - {sample.label for sample in validation}):
        raise DataError(
            f"expected films of every class in the split val, to calibrate on; there are none of {missing}. "
            "--out FOLDER scores the run as it was calibrated before."
        )
    logits = keras_logits(network, recipe.input, validation)
    labels = np.array([recipe.findings.index(sample.label) for sample in validation], np.intp)
    films = f"{len(validation)} validation films"
    return fit_to(logits, labels, recipe.findings, films, collections_of(samples))


def fit_to(
    logits: FloatArray, labels: Labels, findings: Sequence[str], films: str, collections: Sequence[Collection]
) -> Fitted:
    """Fit temperature, thresholds, conformal quantiles and operating curves to films with every finding.

    logits: (N, K); labels: (N,) indices; ``films`` says in words which ones they are.
    """
    temperature = round(fit_temperature(logits, labels), 6)
    probabilities = calibrated_probabilities(logits, temperature)
    return Fitted(
        calibration=Calibration(temperature=temperature, fitted_on=films),
        thresholds=fit_thresholds(probabilities, labels, findings, SENSITIVITY, films),
        collections=tuple(collections),
        conformal=fit_conformal(probabilities, labels, findings, films),
        operating_curves=fit_operating_curves(probabilities, labels, findings, films),
    )


def _sets(
    samples: Sequence[Sample], probabilities: FloatArray, conformal: ConformalQuantiles | None, findings: Sequence[str]
) -> dict[str, Any]:
    """Return the part of an evaluation on prediction sets, none where no quantiles were fitted."""
    return {} if conformal is None else {"conformal": evaluate_sets(samples, probabilities, conformal, findings)}


def keras_heatmaps(network: Any) -> tuple[Callable[[FloatArray], FloatArray] | None, str]:
    """Return what gives a network's heatmaps, or None and the reason why nothing does."""
    import keras

    from cxrviewer.inference.gradcam import explain
    from training.architectures import feature_layer_name

    try:
        explained = explain(network, feature_layer_name(network))
    except (ArchitectureError, BundleError) as error:
        return None, str(error)
    return (lambda batch: np.asarray(keras.ops.convert_to_numpy(explained(batch)["heatmaps"]), np.float32)), ""


def _subject_of_run(run: Path, recipe: Recipe, fitted: Fitted) -> Subject:
    import keras

    return Subject(
        kind="run",
        name=recipe.name,
        version=recipe.card.version,
        engine=f"Keras {keras.__version__} on {keras.backend.backend()}",
        calibration=_calibration_words(fitted.calibration),
        files=((NETWORK_FILE, sha256_of(run / NETWORK_FILE)),),
    )


def _calibration_words(calibration: Calibration) -> str:
    return f"softmax(logits / {calibration.temperature:g}), fitted on {calibration.fitted_on}"


def _split(samples: Sequence[Sample], split: str) -> list[Sample]:
    chosen = list(samples) if split == "all" else of_split(samples, split)
    if not chosen:
        raise DataError(f"expected films in the split {split}, there are none")
    return chosen
