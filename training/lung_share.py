"""How much of a heatmap lies inside the lungs: whether a network looks where pneumonia is, or past the chest.

The lungs are about 0.32 of a film, which is what a heatmap without any knowledge has inside.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Heatmap, InputSpec
from cxrviewer.errors import BundleError, CxrViewerError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit, heatmap_on_radiograph
from cxrviewer.inference.bundle import METADATA_FILE, load_bundle, sha256_of
from cxrviewer.inference.engines import open_engine
from cxrviewer.reading import read_radiograph
from training.architectures import feature_layer_name
from training.assessment import read_network
from training.bootstrap import PatientDraws, draw_patients, mean_with_interval
from training.data import Sample
from training.errors import DataError, TrainingError, WeightsError
from training.lungs.films import MISPLACED, laid_on_film
from training.runs import NETWORK_FILE, read_recipe

COLUMNS = ("image", "patient")
_LUNG = 127  # masks are 0 or 255
Mask = npt.NDArray[np.bool_]
# (1, H, W, C) float32 in the input range to logits (1, K) and Grad-CAM of every finding (1, h, w, K), at least 0.
Explain = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Network:
    """A network that gives heatmaps; ``sha256`` is of the file that was run."""

    name: str
    engine: str
    sha256: str
    findings: tuple[str, ...]
    spec: InputSpec
    explain: Explain


@dataclass(frozen=True, eq=False)
class FilmShares:
    """What was measured on N films, whose ``films`` name patients.

    shares: (N, K) float64, the share of each finding's heatmap inside the lungs, NaN where it is empty. predicted:
    (N,) the findings' indices. lungs: (N,) float64, the lungs' share of the film.
    """

    films: tuple[Sample, ...]
    shares: npt.NDArray[np.float64]
    predicted: npt.NDArray[np.intp]
    lungs: npt.NDArray[np.float64]


def lung_share(subject: Path, manifest: Path, findings: Sequence[str] = ()) -> dict[str, Any]:
    """Return how much of the heatmaps of a run or bundle lies inside the lungs of masked films.

    ``manifest``: a CSV with the columns image and patient, beside images/IMAGE.jpg and masks/IMAGE.png (255 is lung).
    ``findings``: whose heatmaps, every finding's where empty. "held_out" has the same figures for the patients whose
    films the lung segmenter in ``training.lungs`` was not fitted to, None where there are none. Intervals: 95 %, over
    patients. Raises DataError for films or masks that are not as expected, RunError where ``subject`` is neither,
    TrainingError for a finding that the network does not have.
    """
    network = _bundle_network(subject) if (subject / METADATA_FILE).is_file() else _run_network(subject)
    if unknown := [name for name in findings if name not in network.findings]:
        raise TrainingError(f"expected a finding among {', '.join(network.findings)}, got {', '.join(unknown)}")
    measured = measure(network, read_manifest(manifest))
    chosen = findings or network.findings
    films = np.array([film.patient in _held_out() for film in measured.films], np.bool_)
    return {
        "network": network.name,
        "engine": network.engine,
        "network_sha256": network.sha256,
        **summary(measured, network.findings, chosen),
        "held_out": summary(_among(measured, films), network.findings, chosen) if films.any() else None,
    }


def read_manifest(manifest: Path) -> list[Sample]:
    """Return the films of a manifest of masked films, but those with a misplaced mask; DataError where a column, film
    or mask is missing.
    """
    try:
        with manifest.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise DataError(f"{manifest}: expected the columns {', '.join(COLUMNS)}; missing: {missing}")
            rows = list(enumerate(reader, start=2))
    except OSError as error:
        raise DataError(f"expected a manifest at {manifest}, but it cannot be read ({error.strerror})") from error
    if not rows:
        raise DataError(f"{manifest}: expected at least one film, the manifest has none")
    films = []
    for number, row in rows:
        if row["image"] in MISPLACED:
            continue
        path = manifest.parent / "images" / f"{row['image']}.jpg"
        for needed in (path, _mask_path(path)):
            if not needed.is_file():
                raise DataError(f"{manifest}, row {number}: there is no file {needed}")
        films.append(
            Sample(path, "", "", row["patient"] or "", source="", subtype="", age_group="", licence="", row=number)
        )
    return films


def measure(network: Network, films: Sequence[Sample]) -> FilmShares:
    """Run a network over masked films, one by one, as the program does; DataError for a film or mask that it cannot
    read, or a mask of another size than its film.
    """
    shares, predicted, lungs = [], [], []
    for film in films:
        try:
            display = default_rendering(read_radiograph(film.path))
        except CxrViewerError as error:
            raise DataError(f"{film.path}: expected a film that the program reads; {error}") from error
        mask = laid_on_film(_read_mask(_mask_path(film.path), display.shape))
        batch, placement = fit(display, network.spec)
        logits, heatmaps = network.explain(batch[np.newaxis])
        predicted.append(int(logits[0].argmax()))
        lungs.append(float(mask.mean()))
        shares.append(
            [
                share_inside(heatmap_on_radiograph(Heatmap(name, heatmaps[0, :, :, index], placement)), mask)
                for index, name in enumerate(network.findings)
            ]
        )
    return FilmShares(tuple(films), np.array(shares, np.float64), np.array(predicted, np.intp), np.array(lungs))


def share_inside(heat: FloatArray, mask: Mask) -> float:
    """Return the share of a heatmap, (H, W) at least 0, inside a mask, (H, W): in [0, 1], NaN where it is empty."""
    total = float(heat.sum(dtype=np.float64))
    return float(heat.sum(where=mask, dtype=np.float64)) / total if total > 0 else float("nan")


def summary(measured: FilmShares, findings: Sequence[str], chosen: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """Return the mean shares over films, of the chosen findings' heatmaps and of the predicted finding's.

    Films whose heatmap is empty say nothing of where it lies: they are counted under "empty" and left out of the mean.
    "chance" is the lungs' mean share of a film.
    """
    draws = draw_patients(measured.films, seed)
    of_predicted = measured.shares[np.arange(len(measured.films)), measured.predicted]
    return {
        "films": len(measured.films),
        "patients": draws.patients,
        "chance": round(float(measured.lungs.mean()), 4),
        "findings": {name: _described(measured.shares[:, findings.index(name)], draws) for name in chosen},
        "predicted": _described(of_predicted, draws),
    }


def _described(shares: npt.NDArray[np.float64], draws: PatientDraws) -> dict[str, Any]:
    known = ~np.isnan(shares)
    described: dict[str, Any] = {"films": int(known.sum()), "empty": int((~known).sum()), "share": None}
    if known.any():
        described["share"] = mean_with_interval(shares[known], draws.among(known))
    return described


def _among(measured: FilmShares, films: Mask) -> FilmShares:
    kept = tuple(film for film, keep in zip(measured.films, films, strict=True) if keep)
    return FilmShares(kept, measured.shares[films], measured.predicted[films], measured.lungs[films])


def _held_out() -> frozenset[str]:
    from training.lungs import held_out_patients

    try:
        return held_out_patients()
    except WeightsError:  # without a segmenter no film was used to fit one
        return frozenset()


def _mask_path(film: Path) -> Path:
    return film.parent.parent / "masks" / f"{film.stem}.png"


def _read_mask(path: Path, shape: tuple[int, ...]) -> Mask:
    grey = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE) if path.stat().st_size else None
    if grey is None:
        raise DataError(f"{path}: expected a mask, an image of 0 and 255; it cannot be read")
    if grey.shape != shape:
        raise DataError(f"{path}: expected a mask of the film's size, {shape}, got {grey.shape}")
    return np.asarray(grey > _LUNG)


def _bundle_network(folder: Path) -> Network:
    try:
        bundle = load_bundle(folder)
        engine = open_engine("auto", bundle, threads=os.cpu_count() or 1)
    except BundleError as error:
        raise TrainingError(str(error)) from error

    def explain(batch: FloatArray) -> tuple[FloatArray, FloatArray]:
        output = engine.run(batch)
        return output.logits, output.heatmaps

    metadata = bundle.metadata
    sha256 = metadata.engines[engine.name].sha256
    name = f"{metadata.name} {metadata.version}"
    return Network(name, engine.name, sha256, metadata.findings, bundle.input_spec, explain)


def _run_network(run: Path) -> Network:
    import keras

    from cxrviewer.inference import gradcam

    recipe = read_recipe(run)
    network = read_network(run)
    explained = gradcam.explain(network, feature_layer_name(network))

    def explain(batch: FloatArray) -> tuple[FloatArray, FloatArray]:
        outputs = explained(keras.ops.convert_to_tensor(batch))
        logits, heatmaps = (keras.ops.convert_to_numpy(outputs[name]) for name in ("logits", "heatmaps"))
        return np.asarray(logits, np.float32), np.asarray(heatmaps, np.float32)

    sha256 = sha256_of(run / NETWORK_FILE)
    return Network(recipe.name, keras.backend.backend(), sha256, recipe.findings, recipe.input, explain)
