"""The lung segmenter that the program ships: fitted to every film, exported to LiteRT with metadata and model card."""

from __future__ import annotations

import datetime
import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cxrviewer.inference.bundle import METADATA_FILE, EngineFile, InputMetadata, TrainingData, sha256_of
from cxrviewer.inference.lung_segmenter import KIND, LungSegmenter, SegmentationQuality, SegmenterMetadata
from training.convert import convert_to_litert
from training.errors import RunError
from training.lungs.films import INPUT, MISPLACED, SIZE, read_masked_films

if TYPE_CHECKING:
    import keras

    from training.lungs.fitting import Fitting

log = logging.getLogger("training")

LITERT_FILE: Final = "lungs.tflite"
CARD_FILE: Final = "MODEL_CARD.md"
VERSION: Final = "0.1.0"
STEPS: Final = 900
LEAST_DICE: Final = 0.94
LARGEST: Final = 5_000_000  # bytes
_INTENDED: Final = (
    "Research: outlines of the lungs on frontal chest radiographs, the share of a heatmap inside them, and their area."
)
_NOT_FOR: Final = (
    "Diagnosis, measurements that a decision rests on, lateral views, and films with one lung; it was fitted to adults "
    "with COVID-19 from one hospital."
)


def ship_segmenter(manifest: Path, out: Path, settings: Fitting, number: int) -> SegmenterMetadata:
    """Cross-validate, fit the network to every film whose mask is in place, and write the bundle.

    The bundle is made beside ``out`` and put in its place once the program's own segmenter opened it. Raises DataError
    as ``read_masked_films`` and ``cross_validate``, RunError where the mean Dice is below 0.94, the file is larger than
    5 MB, or ``out`` holds something else than a lung segmenter.
    """
    from training.lungs.cross_validation import cross_validate
    from training.lungs.fitting import fit_network

    _check_place(out)
    films = read_masked_films(manifest)
    quality = cross_validate(films, settings, number)
    network = fit_network([film for film in films if film.image not in MISPLACED], settings)
    return write_bundle(network, quality, settings, out)


def write_bundle(network: keras.Model, quality: SegmentationQuality, settings: Fitting, out: Path) -> SegmenterMetadata:
    """Write a fitted network as the bundle; raises RunError as ``ship_segmenter``."""
    if quality.dice < LEAST_DICE:
        raise RunError(f"expected a mean Dice of at least {LEAST_DICE} in cross-validation, got {quality.dice}")
    _check_place(out)
    content = convert_to_litert(_forward(network), (SIZE, SIZE, 1))
    if len(content) > LARGEST:
        raise RunError(f"expected a file of at most {LARGEST} bytes, got {len(content)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".partial-") as folder:
        bundle = Path(folder) / out.name
        bundle.mkdir()
        (bundle / LITERT_FILE).write_bytes(content)
        metadata = _metadata(quality, settings, bundle / LITERT_FILE, network.count_params())
        text = json.dumps(metadata.model_dump(mode="json"), indent=2, ensure_ascii=False)
        (bundle / METADATA_FILE).write_text(text + "\n", encoding="utf-8")
        (bundle / CARD_FILE).write_text(_card(metadata, len(content)), encoding="utf-8")
        LungSegmenter(bundle)
        if out.exists():
            shutil.rmtree(out)
        bundle.rename(out)
    log.info("%s: %d bytes, Dice %.4f", out, len(content), quality.dice)
    return metadata


def _check_place(out: Path) -> None:
    own = {LITERT_FILE, METADATA_FILE, CARD_FILE}
    if out.exists() and (not out.is_dir() or {path.name for path in out.iterdir()} - own):
        raise RunError(f"expected a new folder, an empty one or a lung segmenter's bundle, {out} holds other files")


def _forward(network: keras.Model) -> Any:
    """Return the pass that is exported: normalised greys to probabilities."""
    from keras import ops

    return lambda image: {"lung": ops.sigmoid(network(image, training=False))}


def _metadata(quality: SegmentationQuality, settings: Fitting, file: Path, parameters: int) -> SegmenterMetadata:
    return SegmenterMetadata(
        schema_version=1,
        kind=KIND,
        name="lung_segmenter",
        version=VERSION,
        description="Where the lungs lie on a frontal chest radiograph, on consolidated lung and behind the heart too.",
        architecture=f"U-Net, {parameters} parameters; {settings.steps} steps of {settings.batch_size} varied films",
        # Fitted to centred squares; the program gives it the whole film, stretched, which the variations cover.
        input=InputMetadata(
            **{name: getattr(INPUT, name) for name in InputMetadata.model_fields if name != "fit"}, fit="stretch"
        ),
        normalisation="percentiles 2 and 98 to -1 and 1",
        litert=EngineFile(file=file.name, sha256=sha256_of(file)),
        quality=quality,
        training_data=(
            TrainingData(
                name="Hannover Medical School COVID-19 Image Repository, with lung masks by V7 Labs",
                films=quality.films,
                licence="films CC BY 3.0, masks CC BY 4.0",
                source="Winther et al. 2020, COVID-19 Image Repository; V7 Labs 2020, COVID-19 X-ray dataset",
            ),
        ),
        initial_weights="random",
        licence="Apache-2.0",
        intended_use=_INTENDED,
        not_intended_for=_NOT_FOR,
        created=datetime.datetime.now(datetime.UTC).date().isoformat(),
    )


def _card(metadata: SegmenterMetadata, size: int) -> str:
    quality, data = metadata.quality, metadata.training_data[0]
    rows = "\n".join(
        f"| {number} | {fold.films} | {fold.patients} | {fold.dice:.4f} |"
        for number, fold in enumerate(quality.folds, start=1)
    )
    return f"""# {metadata.name} {metadata.version}

{metadata.description} Research use only. Not for diagnosis.

- Network: {metadata.architecture}; {size / 1e6:.2f} MB of LiteRT.
- Input: the film's default rendering, stretched to {metadata.input.height} x {metadata.input.width}, its percentiles 2
  and 98 at -1 and 1. Output: how probably each pixel is lung.
- A map is a mask of two lungs only where it is plausible: lung on 8 % to 70 % of the film, no single component far from
  the middle, no map in doubt. Where it is not, the program says nothing of the lungs.
- Licence: {metadata.licence}. Created {metadata.created}.

## Intended use

{metadata.intended_use}

## Not intended for

{metadata.not_intended_for}

## Data

{data.films} films of {data.name} ({data.licence}; {data.source}).
They are of one hospital: there is no second source to measure on. The masks were drawn on the largest centred square of
each film, so the films are cut to it. Left out, as their masks lie beside the lungs:
{", ".join(quality.misplaced_masks) or "none"}.

## Quality

{quality.method}; {quality.source}.

| fold | films | patients | mean Dice |
|---|---|---|---|
{rows}
| all | {quality.films} | | {quality.dice:.4f} |

The least Dice of a film is {quality.worst:.4f}. With the films whose masks are misplaced, as if those were right, the
mean is {quality.dice_of_all:.4f}. The shipped network was then fitted to all {data.films} films.

## Limits

Areas are those of the lungs' shadow: with ImagerPixelSpacing at the detector, where it is larger than the lungs. Lung
beneath a white-out, a pacemaker or beyond the film's edge is a guess. Children are covered by the variations of shape
alone; no film of a child has a mask here.
"""
