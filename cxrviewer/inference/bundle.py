"""A bundle on disk: typed metadata, hashes that are verified, and where to find bundles."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from cxrviewer.domain import Appearance, InputSpec, ModelIdentity
from cxrviewer.errors import BundleHashError, BundleMetadataError, BundleNetworkError, BundleNotFoundError
from cxrviewer.inference.conformal import ConformalQuantiles
from cxrviewer.inference.operating_curve import OperatingCurve
from cxrviewer.inference.strict_model import Probability, StrictModel, Text
from cxrviewer.resources import models_folder

SCHEMA_VERSION = 1
METADATA_FILE = "metadata.json"
EngineName = Literal["litert", "keras"]

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# A file of the bundle lies in the bundle's own folder: a stranger's metadata must not point anywhere else.
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class InputMetadata(StrictModel):
    """The network's input, as in ``domain.InputSpec``."""

    height: int = Field(ge=32, le=2048)
    width: int = Field(ge=32, le=2048)
    channels: Literal[1, 3]
    fit: Literal["stretch", "letterbox", "centre-crop"]
    interpolation: Literal["area", "linear", "cubic"]
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"expected low < high, got low {self.low} and high {self.high}")
        return self


class OutputMetadata(StrictModel):
    """The network's outputs for one radiograph: the heatmap grid and the number of pooled features."""

    heatmap_height: int = Field(ge=1, le=512)
    heatmap_width: int = Field(ge=1, le=512)
    features: int = Field(ge=1, le=100_000)


class Explanation(StrictModel):
    """How the heatmaps are made: Grad-CAM on the named layer's output."""

    method: Literal["Grad-CAM"] = "Grad-CAM"
    layer: Text


class Calibration(StrictModel):
    """Temperature scaling: probabilities are softmax(logits / temperature) (Guo et al. 2017)."""

    method: Literal["temperature"] = "temperature"
    temperature: float = Field(gt=0.0, le=100.0)
    fitted_on: Text


class Threshold(StrictModel):
    """From which probability on a finding is flagged, and what it was chosen for on which films."""

    probability: Probability
    chosen_for: Text
    sensitivity: Probability
    specificity: Probability
    fitted_on: Text


class EngineFile(StrictModel):
    """The file that an engine loads, and its SHA-256."""

    file: FileName
    sha256: Sha256


class ScopeMetadata(StrictModel):
    """The scope gate's file (see ``inference.scope``) and limits, with the films that those were fitted on.

    Distances are those of ``inference.scope.ScopeGate.distance``: from ``doubtful`` on a film whose header does not
    tell its view is borderline, from ``borderline`` on every film, beyond ``limit`` a film is out of scope.
    ``least_contrast``: the standard deviation of the display below which a film is flat. ``appearances``: from which
    probability on a film is said to look so.
    """

    file: FileName
    sha256: Sha256
    doubtful: float = Field(gt=0.0)
    borderline: float = Field(gt=0.0)
    limit: float = Field(gt=0.0)
    least_contrast: Probability
    appearances: dict[Appearance, Probability]
    fitted_on: Text

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.doubtful <= self.borderline <= self.limit:
            raise ValueError(f"expected doubtful <= borderline <= limit, got {self}")
        if "upright" in self.appearances or not self.appearances:
            raise ValueError(f"expected a probability for appearances other than upright, got {self.appearances}")
        return self


class TrainingData(StrictModel):
    """One collection that the network was trained on, and under which licence."""

    name: Text
    films: int = Field(ge=1)
    licence: Text
    source: Text


class BundleMetadata(StrictModel):
    """metadata.json, schema version 1."""

    schema_version: Literal[1]
    name: FileName
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+([-+.][0-9A-Za-z.-]+)?$")]
    description: Text
    architecture: Text
    findings: tuple[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], ...] = Field(min_length=2)
    input: InputMetadata
    output: OutputMetadata
    explanation: Explanation
    calibration: Calibration
    thresholds: dict[str, Threshold]
    engines: dict[EngineName, EngineFile] = Field(min_length=1)
    training_data: tuple[TrainingData, ...] = Field(min_length=1)
    initial_weights: Text
    licence: Text
    intended_use: Text
    not_intended_for: Text
    created: Text
    # Absent from bundles that were made before they were fitted, which stay valid.
    conformal: ConformalQuantiles | None = None
    operating_curves: dict[str, OperatingCurve] | None = None
    scope: ScopeMetadata | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.findings)) != len(self.findings):
            raise ValueError(f"expected distinct findings, got {self.findings}")
        if set(self.thresholds) != set(self.findings):
            raise ValueError(
                f"expected one threshold for each of {sorted(self.findings)}, got {sorted(self.thresholds)}"
            )
        if self.conformal is not None and set(self.conformal.least_probability) != set(self.findings):
            raise ValueError(f"expected conformal quantiles for each of {sorted(self.findings)}")
        if self.operating_curves is not None and set(self.operating_curves) != set(self.findings):
            raise ValueError(f"expected an operating curve for each of {sorted(self.findings)}")
        return self


@dataclass(frozen=True)
class Bundle:
    """A bundle whose metadata is valid; ``sha256`` is that of metadata.json, which lists its files' hashes."""

    folder: Path
    metadata: BundleMetadata
    sha256: str

    @property
    def identity(self) -> ModelIdentity:
        """Name, version and SHA-256, as every result carries them."""
        return ModelIdentity(self.metadata.name, self.metadata.version, self.sha256)

    @property
    def input_spec(self) -> InputSpec:
        """What the network takes."""
        return InputSpec(**self.metadata.input.model_dump())

    def verified_file(self, engine: EngineName) -> Path:
        """Return the path of an engine's file once its SHA-256 is that of the metadata.

        Raises BundleHashError where it is not, BundleMetadataError where the bundle has no file for the engine.
        """
        entry = self.metadata.engines.get(engine)
        if entry is None:
            raise BundleMetadataError(
                f"bundle {self.metadata.name} has no file for the engine {engine}; it has "
                f"{', '.join(sorted(self.metadata.engines))}. Choose one of those with --engine."
            )
        return self.verified_path(entry)

    @property
    def engines_at_hand(self) -> tuple[EngineName, ...]:
        """The engines whose file is in the bundle's folder, in the order of the metadata."""
        return tuple(name for name, entry in self.metadata.engines.items() if (self.folder / entry.file).is_file())

    def verified_path(self, entry: EngineFile | ScopeMetadata) -> Path:
        """Return the path of one of the bundle's files once its SHA-256 is that of the metadata.

        Raises BundleHashError where it is not, or where the file cannot be read.
        """
        path = self.folder / entry.file
        try:
            actual = sha256_of(path)
        except OSError as error:
            raise BundleHashError(
                f"expected the file {path} of bundle {self.metadata.name}, but it cannot be read "
                f"({error.strerror or error}). Install the bundle again."
            ) from error
        if actual != entry.sha256:
            raise BundleHashError(
                f"expected SHA-256 {entry.sha256} for {path}, got {actual}. The file was changed or damaged; "
                "install the bundle again."
            )
        return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in lower-case hexadecimal; OSError where it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load_bundle(folder: Path, *, verify: bool = True) -> Bundle:
    """Load the bundle in a folder and verify the SHA-256 of each of its files.

    The file of an engine may be left out where another one's is there: the program without TensorFlow does so. Then
    the bundle has no such engine there; a file that is there has to be whole. ``verify=False`` leaves the hashes to
    whoever loads a file, such as the engine.
    Raises BundleNotFoundError, BundleMetadataError, BundleHashError.
    """
    path = folder / METADATA_FILE
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BundleNotFoundError(
            f"expected a bundle (a folder with {METADATA_FILE}) at {folder}, but {path.name} cannot be read "
            f"({error.strerror or error}). 'cxrviewer models' lists the bundles at hand."
        ) from error
    bundle = Bundle(folder, _parse_metadata(raw, path), hashlib.sha256(raw).hexdigest())
    if verify:
        for engine in bundle.engines_at_hand or bundle.metadata.engines:  # none: the first says what is missing
            bundle.verified_file(engine)
        if bundle.metadata.scope is not None:
            bundle.verified_path(bundle.metadata.scope)
    return bundle


def _parse_metadata(raw: bytes, path: Path) -> BundleMetadata:
    try:
        content: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BundleMetadataError(f"expected JSON in {path}, got something else ({error}).") from error
    if isinstance(content, dict) and isinstance(content.get("kind"), str):
        raise BundleMetadataError(
            f"expected the metadata of a classifier in {path}, got that of a {content['kind']}; "
            "'cxrviewer models' lists the classifiers at hand."
        )
    if isinstance(content, dict) and content.get("schema_version") != SCHEMA_VERSION:
        raise BundleMetadataError(
            f"expected schema_version {SCHEMA_VERSION} in {path}, got {content.get('schema_version')!r}. "
            "The bundle was made for another version of cxrviewer; install a matching one."
        )
    try:
        return BundleMetadata.model_validate_json(raw)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'whole'}: {e['msg']}" for e in error.errors())
        raise BundleMetadataError(f"{path} is not valid bundle metadata: {reasons}") from error


def available_bundles(root: Path | None = None) -> list[Path]:
    """Return the classifiers' bundle folders under ``root`` (default: the shipped models/), by name."""
    root = models_folder() if root is None else root
    return sorted(path.parent for path in root.glob(f"*/{METADATA_FILE}") if _kind(path) is None)


def _kind(metadata: Path) -> str | None:
    """Return what a folder's metadata says that it is of other kinds than a classifier; None too where it is damaged,
    which loading it tells better.
    """
    try:
        content = json.loads(metadata.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    kind = content.get("kind") if isinstance(content, dict) else None
    return kind if isinstance(kind, str) else None


def find_bundle(name_or_folder: str, root: Path | None = None, *, verify: bool = True) -> Bundle:
    """Load a bundle by its name among the shipped ones, or by its folder.

    Raises BundleNotFoundError with the names at hand, or what ``load_bundle`` raises.
    """
    root = models_folder() if root is None else root
    named = root / name_or_folder
    for folder in (named, Path(name_or_folder)):
        if (folder / METADATA_FILE).is_file():
            return load_bundle(folder, verify=verify)
    names = ", ".join(folder.name for folder in available_bundles(root)) or "none"
    raise BundleNotFoundError(
        f"expected the name or folder of a bundle, got {name_or_folder!r}; bundles at hand: {names}."
    )


def verify_network_shapes(
    bundle: Bundle, input_shape: tuple[int, ...], output_shapes: dict[str, tuple[int, ...]]
) -> None:
    """Raise BundleNetworkError unless a loaded network has the inputs and outputs of the metadata.

    Shapes are for one radiograph, without the batch axis: the input (H, W, C); the outputs ``logits`` (K,),
    ``heatmaps`` (h, w, K) and ``features`` (D,).
    """
    metadata = bundle.metadata
    count = len(metadata.findings)
    expected_outputs = {
        "logits": (count,),
        "heatmaps": (metadata.output.heatmap_height, metadata.output.heatmap_width, count),
        "features": (metadata.output.features,),
    }
    expected_input = (metadata.input.height, metadata.input.width, metadata.input.channels)
    if tuple(input_shape) != expected_input:
        raise BundleNetworkError(
            f"bundle {metadata.name}: metadata says input {expected_input}, the network takes {tuple(input_shape)}."
        )
    actual = {name: tuple(shape) for name, shape in output_shapes.items()}
    if actual != expected_outputs:
        raise BundleNetworkError(
            f"bundle {metadata.name}: metadata says outputs {expected_outputs}, the network gives {actual}."
        )


def verify_finite(bundle: Bundle, *outputs: np.ndarray[Any, Any]) -> None:
    """Raise BundleNetworkError where an output holds NaN or infinity, which no probability can be made of."""
    if not all(np.isfinite(output).all() for output in outputs):
        raise BundleNetworkError(
            f"bundle {bundle.metadata.name}: the network gave values that are not finite for a finite input."
        )
