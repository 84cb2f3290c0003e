"""The lung segmenter: its bundle, with metadata and a hash that is verified, and where it finds the lungs on a film."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.errors import (
    BundleHashError,
    BundleMetadataError,
    BundleNetworkError,
    BundleNotFoundError,
    EngineError,
)
from cxrviewer.inference.bundle import (
    METADATA_FILE,
    SCHEMA_VERSION,
    EngineFile,
    InputMetadata,
    TrainingData,
    sha256_of,
)
from cxrviewer.inference.lung_mask import BoolArray, lung_mask, normalised
from cxrviewer.inference.strict_model import Probability, StrictModel, Text
from cxrviewer.native_output import native_errors_silenced
from cxrviewer.resources import models_folder

SEGMENTER_FOLDER: Final = "lung_segmenter"
KIND: Final = "lung-segmenter"
_AGAIN: Final = "Install the program again, or go without the lungs (--no-lungs)."


class FoldDice(StrictModel):
    """The mean Dice on the films of the patients of one fold, whom the network of that fold was not fitted to."""

    films: int = Field(ge=1)
    patients: int = Field(ge=1)
    dice: Probability


class SegmentationQuality(StrictModel):
    """How well lungs are found, in cross-validation with folds of patients: the mean Dice over films.

    ``dice`` is of the films whose mask lies on the film, ``dice_of_all`` of all of them, ``worst`` the least of any.
    """

    method: Text
    films: int = Field(ge=1)
    dice: Probability
    dice_of_all: Probability
    worst: Probability
    misplaced_masks: tuple[Text, ...]
    folds: tuple[FoldDice, ...] = Field(min_length=2)
    source: Text


class SegmenterMetadata(StrictModel):
    """metadata.json of the lung segmenter's bundle, schema version 1."""

    schema_version: Literal[1]
    kind: Literal["lung-segmenter"]
    name: Text
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+([-+.][0-9A-Za-z.-]+)?$")]
    description: Text
    architecture: Text
    input: InputMetadata
    normalisation: Literal["percentiles 2 and 98 to -1 and 1"]
    litert: EngineFile
    quality: SegmentationQuality
    training_data: tuple[TrainingData, ...] = Field(min_length=1)
    initial_weights: Text
    licence: Text
    intended_use: Text
    not_intended_for: Text
    created: Text

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.input.channels != 1 or (self.input.low, self.input.high) != (0.0, 1.0):
            raise ValueError("expected an input of one channel in [0, 1]: greys are normalised film by film")
        return self


class LungSegmenter:
    """Finds the lungs on films with LiteRT, one film at a time.

    Raises BundleNotFoundError, BundleMetadataError, BundleHashError or BundleNetworkError where the bundle in the
    folder (default: the shipped one) is missing, damaged, or holds another network; EngineError without LiteRT.
    """

    def __init__(self, folder: Path | None = None, threads: int = 1) -> None:
        folder = models_folder() / SEGMENTER_FOLDER if folder is None else folder
        self.metadata = load_segmenter_metadata(folder)
        self.input_spec = InputSpec(**self.metadata.input.model_dump())
        path = _verified_file(folder, self.metadata)
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError as error:
            raise EngineError(
                f"the lung segmenter needs the package ai-edge-litert, which cannot be imported ({error}). {_AGAIN}"
            ) from error
        try:
            with native_errors_silenced():  # LiteRT prints a line about XNNPACK that no setting of it stops
                self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
                self._interpreter.allocate_tensors()
            self._run_one = self._interpreter.get_signature_runner()
        except (ValueError, RuntimeError) as error:
            raise BundleNetworkError(f"LiteRT cannot load the lung segmenter {path} ({error}). {_AGAIN}") from error
        self._verify_network(path)

    def lung_map(self, film: FloatArray) -> FloatArray:
        """Return how probably each pixel of a film is lung, (h, w) float32 in [0, 1].

        film: its default rendering as ``imaging.fitting.fit`` makes it for ``input_spec``, (h, w, 1) float32 in [0, 1];
        ValueError for another shape or type. Raises EngineError where LiteRT fails, BundleNetworkError for outputs that
        are no probabilities.
        """
        expected = (self.input_spec.height, self.input_spec.width, 1)
        if film.shape != expected or film.dtype != np.float32:
            raise ValueError(f"expected a film of {expected} float32, got {film.shape} {film.dtype}")
        batch = normalised(film[np.newaxis, :, :, 0])[..., np.newaxis]
        try:
            outputs = self._run_one(image=batch)
        except (ValueError, RuntimeError) as error:
            raise EngineError(f"LiteRT failed while running the lung segmenter ({error}).") from error
        found: FloatArray = outputs["lung"][0, :, :, 0]
        if not (np.isfinite(found).all() and found.min() >= 0.0 and found.max() <= 1.0):
            raise BundleNetworkError(f"the lung segmenter gave values that are no probabilities. {_AGAIN}")
        return found

    def find_lungs(self, film: FloatArray) -> BoolArray | None:
        """Return the lungs of a film, (h, w) bool, or None where what was found is implausible, see ``lung_mask``.

        Takes and raises what ``lung_map`` does.
        """
        return lung_mask(self.lung_map(film))

    def _verify_network(self, path: Path) -> None:
        inputs, outputs = self._run_one.get_input_details(), self._run_one.get_output_details()
        expected = (1, self.input_spec.height, self.input_spec.width, 1)
        shapes = [tuple(int(side) for side in part["shape"]) for part in (*inputs.values(), *outputs.values())]
        floats = all(part["dtype"] is np.float32 for part in (*inputs.values(), *outputs.values()))
        if [*inputs] != ["image"] or [*outputs] != ["lung"] or shapes != [expected, expected] or not floats:
            raise BundleNetworkError(
                f"expected {path} to map image to lung, both float32 of the shape {expected}; it has the inputs "
                f"{sorted(inputs)}, the outputs {sorted(outputs)} and the shapes {shapes}. {_AGAIN}"
            )


def load_segmenter_metadata(folder: Path) -> SegmenterMetadata:
    """Return the metadata of a lung segmenter's bundle; BundleNotFoundError or BundleMetadataError without one."""
    path = folder / METADATA_FILE
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BundleNotFoundError(
            f"expected the lung segmenter's {METADATA_FILE} at {path}, it cannot be read ({error.strerror or error}). "
            f"{_AGAIN}"
        ) from error
    try:
        content: Any = json.loads(raw)
        if isinstance(content, dict) and content.get("schema_version") != SCHEMA_VERSION:
            raise BundleMetadataError(
                f"expected schema_version {SCHEMA_VERSION} in {path}, got {content.get('schema_version')!r}. {_AGAIN}"
            )
        return SegmenterMetadata.model_validate_json(raw)
    except (ValueError, RecursionError) as error:
        reasons = (
            "; ".join(f"{'.'.join(map(str, e['loc'])) or 'whole'}: {e['msg']}" for e in error.errors())
            if isinstance(error, ValidationError)
            else str(error)
        )
        raise BundleMetadataError(f"{path} is no valid metadata of a lung segmenter: {reasons}. {_AGAIN}") from error


def _verified_file(folder: Path, metadata: SegmenterMetadata) -> Path:
    path = folder / metadata.litert.file
    try:
        actual = sha256_of(path)
    except OSError as error:
        raise BundleHashError(
            f"expected the lung segmenter at {path}, it cannot be read ({error.strerror or error}). {_AGAIN}"
        ) from error
    if actual != metadata.litert.sha256:
        raise BundleHashError(
            f"expected SHA-256 {metadata.litert.sha256} for {path}, got {actual}: it was changed or damaged. {_AGAIN}"
        )
    return path
