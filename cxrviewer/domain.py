"""The frozen values that travel through the program; functions elsewhere transform them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
StoredArray = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.int16]

VoiFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
Fit = Literal["stretch", "letterbox", "centre-crop"]
Interpolation = Literal["area", "linear", "cubic"]
Status = Literal["ok", "refused", "error"]
ScopeState = Literal["in scope", "borderline", "out of scope"]
HeatmapMethod = Literal["Grad-CAM", "occlusion sensitivity"]
Appearance = Literal["upright", "inverted", "upside down", "rotated left", "rotated right", "mirrored"]

NOT_FOR_DIAGNOSIS = "Research use only. Not for diagnosis."


@dataclass(frozen=True)
class Window:
    """A VOI window: centre and width in modality units (after the modality LUT), and its function.

    Source: DICOM PS3.3 C.11.2.1.2 (Window Center, Window Width) and C.11.2.1.3 (VOI LUT Function).
    """

    centre: float
    width: float
    function: VoiFunction = "LINEAR"
    explanation: str = ""


@dataclass(frozen=True, eq=False)
class LookupTable:
    """A modality or VOI LUT: ``values[i]`` is the output for the input ``first + i``, clamped at both ends.

    values: (n,) uint16; ``bits`` is the number of bits an output may use, 8 to 16.
    Source: DICOM PS3.3 C.11.1.1.1 and C.11.2.1.1 (LUT Descriptor).
    """

    first: int
    values: npt.NDArray[np.uint16]
    bits: int
    explanation: str = ""


@dataclass(frozen=True)
class PixelSpacing:
    """Millimetres between the centres of neighbouring rows and columns, and the attribute they come from."""

    row_mm: float
    column_mm: float
    source: Literal["PixelSpacing", "ImagerPixelSpacing"]


@dataclass(frozen=True)
class Patient:
    """What the header says of the patient; leaves the process only when the user asks for it."""

    name: str = ""
    identifier: str = ""
    birth_date: str = ""
    sex: str = ""
    age: str = ""


@dataclass(frozen=True)
class Facts:
    """A small set of facts about how a radiograph was stored and read; nothing in it names a patient.

    ``width`` and ``height`` in pixels as displayed (EXIF orientation applied); ``bits`` stored per sample; empty text
    where a file does not say.
    """

    format: str
    decoder: str
    width: int
    height: int
    bits: int
    photometric: str
    modality: str = ""
    view_position: str = ""
    body_part: str = ""
    transfer_syntax: str = ""


@dataclass(frozen=True, eq=False)
class Radiograph:
    """One decoded radiograph with all that is needed to display it as its file asks.

    stored: (H, W) uint8, uint16 or int16, values as stored (16-bit grey keeps its 16 bits; colour is reduced to its
    luma). ``slope`` and ``intercept`` or ``modality_lut`` (which wins) give modality units; ``voi_lut`` (which wins) or
    the first of ``windows`` the default display; neither: see ``imaging.display``. ``inverted`` is True where low
    values are to be shown white (MONOCHROME1), and is applied once, last. ``padding`` is the stored value, or the
    inclusive range of stored values, that marks pixels outside the film, if any. ``sop_instance_uid``: which DICOM
    object it is, "" where it is none.
    """

    stored: StoredArray
    facts: Facts
    slope: float = 1.0
    intercept: float = 0.0
    modality_lut: LookupTable | None = None
    voi_lut: LookupTable | None = None
    windows: tuple[Window, ...] = ()
    inverted: bool = False
    padding: tuple[int, int] | None = None
    spacing: PixelSpacing | None = None
    patient: Patient | None = None
    warnings: tuple[str, ...] = ()
    sop_instance_uid: str = ""


@dataclass(frozen=True)
class InputSpec:
    """What a bundle's network takes: size in pixels, channels, how a radiograph is fitted, and the range of values.

    ``low`` and ``high`` are the network's values for display 0 (black) and 1 (white).
    """

    height: int
    width: int
    channels: int
    fit: Fit
    interpolation: Interpolation
    low: float
    high: float


@dataclass(frozen=True)
class Placement:
    """Where the network's input lies on the radiograph, to carry a heatmap back.

    The part of the radiograph from (top, left) of ``height`` x ``width`` pixels (fractions allowed; it may begin before
    0 and end beyond the radiograph where the fit pads) fills the whole input of ``input_height`` x ``input_width``.
    """

    top: float
    left: float
    height: float
    width: float
    radiograph_height: int
    radiograph_width: int
    input_height: int
    input_width: int


@dataclass(frozen=True)
class ModelIdentity:
    """Which bundle gave a result: its name, version, and the SHA-256 of its metadata, which lists its files' hashes."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network says of one radiograph.

    logits, probabilities: (K,) float32 in the order of ``findings``; probabilities are the calibrated softmax and sum
    to 1. features: (D,) float32, the pooled features. ``flagged`` holds the findings whose probability reaches their
    threshold, in the order of ``findings``. ``prediction_set``: the findings in the conformal set at ``level``, the
    most probable first; both None where the bundle has no conformal quantiles. ``thresholds``, in the order of
    ``findings``, where a person chose others than the bundle's own; None where it is those that decided ``flagged``.
    """

    findings: tuple[str, ...]
    logits: FloatArray
    probabilities: FloatArray
    features: FloatArray
    predicted: str
    flagged: tuple[str, ...]
    prediction_set: tuple[str, ...] | None = None
    level: float | None = None
    thresholds: tuple[float, ...] | None = None

    def probability(self, finding: str) -> float:
        """Return the calibrated probability in [0, 1] of one finding; ValueError where the bundle has no such one."""
        return float(self.probabilities[self.findings.index(finding)])


@dataclass(frozen=True, eq=False)
class Heatmap:
    """What speaks for one finding, on a grid over the network's input: (h, w) float32, at least 0, in logits.

    Grad-CAM on the network's own grid, or occlusion sensitivity (see ``inference.occlusion``) on request.
    ``imaging.fitting.heatmap_on_radiograph`` carries it to the radiograph's own grid.
    Source: Selvaraju et al. 2017, Grad-CAM, equations 1 and 2, on the pre-softmax logit.
    """

    finding: str
    grid: FloatArray
    placement: Placement
    method: HeatmapMethod = "Grad-CAM"


@dataclass(frozen=True)
class Scope:
    """Whether a film is of the kind that the bundle was made for, and what it looks like.

    ``distance`` is that of its features from the training films', in units of the bundle's own limit (above 1: out of
    scope); ``reasons`` are short, stable names of what made it borderline or out of scope, see ``results.sentences``;
    ``appearance`` is how the film seems to lie, "rotated left" being a film that was turned to its left.
    """

    state: ScopeState
    distance: float
    reasons: tuple[str, ...] = ()
    appearance: Appearance = "upright"


@dataclass(frozen=True, eq=False)
class LungEvidence:
    """Where the lungs are on a film, and how much of each heatmap lies inside them.

    mask: (h, w) bool on the segmenter's own grid, carried to the radiograph by ``placement``. ``area_share`` of the
    film in [0, 1]; ``area_cm2`` None where the file gives no spacing; ``heatmap_shares`` in [0, 1], in the order of the
    prediction's findings, None for a heatmap that is zero everywhere.
    """

    mask: npt.NDArray[np.bool_]
    placement: Placement
    area_share: float
    area_cm2: float | None
    heatmap_shares: tuple[float | None, ...]


@dataclass(frozen=True)
class Agreement:
    """How far the prediction stands when the film is shifted and flipped a little.

    ``passes``: how many altered inputs were run; ``same``: how many of them gave the same predicted finding;
    ``spread``: the largest change in [0, 1] of the predicted finding's probability.
    """

    passes: int
    same: int
    spread: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that is known about one file: its result, or a named refusal or error.

    ``sha256`` is that of the file's bytes ("" where they could not be read); ``code`` the short name of a refusal or
    error ("" where ok), ``message`` its text; ``window`` the display that the model saw, in words; ``milliseconds``
    the time the file took; ``analysed_at`` UTC, ISO 8601. ``scope`` is None where the bundle has no scope gate,
    ``lungs`` where no lungs were found or looked for, ``agreement`` where it was not asked for.
    """

    path: str
    sha256: str
    status: Status
    model: ModelIdentity
    engine: str
    program_version: str
    milliseconds: float
    analysed_at: str
    prediction: Prediction | None = None
    heatmaps: tuple[Heatmap, ...] = ()
    facts: Facts | None = None
    window: str = ""
    warnings: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
    patient: Patient | None = field(default=None, repr=False)
    scope: Scope | None = None
    lungs: LungEvidence | None = None
    agreement: Agreement | None = None
