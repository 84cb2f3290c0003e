"""One picture for one analysis: the radiograph under its heatmap, and a legend."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, FloatArray, Heatmap, Prediction
from cxrviewer.errors import ExportError
from cxrviewer.imaging.fitting import heatmap_on_radiograph
from cxrviewer.imaging.lung_outline import OUTLINE_COLOUR, draw_outline
from cxrviewer.imaging.rendering import (
    DEFAULT_COLOUR_MAP,
    DEFAULT_OPACITY,
    load_colour_map,
    normalised,
    overlay,
)
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.legend import Panel, compose, text_size
from cxrviewer.results.lung_words import lung_words
from cxrviewer.results.plain_text import valid_unicode
from cxrviewer.results.uncertainty import is_uncertain, uncertain_words
from cxrviewer.results.warned import all_warnings

_LONGEST_SIDE: Final = 1600  # pixels; more only makes the file slower to open
_SHORTEST_LONG_SIDE: Final = 512  # smaller films are enlarged, or the legend would dwarf them
_LONGEST_STEM: Final = 120 - len("_01234567.png")  # bytes
_MOST_BARS: Final = 12
_MOST_WARNINGS: Final = 4


def render_overlay(display: FloatArray, analysis: Analysis, *, names_file: bool = True) -> npt.NDArray[np.uint8]:
    """Return the picture of an analysis: (h, w, 3) uint8, RGB.

    display: (H, W) float32 in [0, 1], the radiograph as the model saw it, on the grid that the heatmap's
    placement names. The heatmap is that of the predicted finding over its own maximum. The radiograph
    keeps its resolution, but its longest side is at least 512 and at most 1600 pixels; the legend stands
    beside it, or below where it is wide. Without ``names_file`` it tells neither the file's name nor when it was
    analysed: the same film and bundle give the same pixels then.
    Raises ExportError where the analysis has no prediction or no heatmap of the predicted finding,
    ValueError where the display has another size than the heatmap's radiograph.
    """
    prediction, heatmap = _predicted_heatmap(analysis)
    placement = heatmap.placement
    if display.shape != (placement.radiograph_height, placement.radiograph_width):
        raise ValueError(
            f"expected a display of {placement.radiograph_height} x {placement.radiograph_width} pixels, as "
            f"the heatmap's placement says, got {display.shape}"
        )
    film = resized_film(display, _SHORTEST_LONG_SIDE, _LONGEST_SIDE)
    picture, shows_heat = film_under_heat(film, heatmap)
    size = text_size(*film.shape)
    probabilities = Panel(size)
    _draw_findings(probabilities, prediction, shows_heat=shows_heat)
    if analysis.lungs is not None:
        picture = draw_outline(picture, analysis.lungs)
        probabilities.gap(0.4)
        probabilities.line(OUTLINE_COLOUR, "Outline of the lungs")
        probabilities.text(lung_words(analysis), dim=True, scale=0.85)
    facts = Panel(size)
    draw_facts(facts, analysis, display.shape, names_file=names_file)
    return compose(picture, probabilities, facts)


def write_overlay(path: Path, display: FloatArray, analysis: Analysis) -> None:
    """Write ``render_overlay`` as a PNG with ``overlay_facts`` in its text chunks; make its folder if needed.

    Raises ExportError where the picture cannot be made or written, or would replace the radiograph itself.
    """
    write_signed_picture(path, render_overlay(display, analysis), analysis, overlay_facts(analysis))


def write_signed_picture(
    path: Path, pixels: npt.NDArray[np.uint8], analysis: Analysis, facts: Mapping[str, str]
) -> None:
    """Write a picture of an analysis, (h, w, 3) uint8, as a PNG with facts in its text chunks; make its folder.

    Raises ExportError where it cannot be written, or would replace the radiograph itself.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    if _is_same_file(path, Path(analysis.path)):
        raise ExportError(
            f"expected another place for a picture than the radiograph itself, got {path}; choose another folder."
        )
    picture = Image.fromarray(pixels)
    info = PngInfo()
    for key, value in facts.items():
        info.add_text(key, value) if value.isascii() else info.add_itxt(key, value)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"the folder {path.parent} cannot be made ({error.strerror or error}); choose another place."
        ) from error
    with written_atomically(path) as stream:
        # Films compress badly: a higher level takes three times as long for a few per cent.
        picture.save(stream, "PNG", pnginfo=info, compress_level=3)


def overlay_file_name(analysis: Analysis) -> str:
    """Return the file name of an overlay: the radiograph's own, made safe, and 8 hexadecimal digits, as PNG.

    The digits are of the SHA-256 of path, content and model: files of one name in different folders do
    not meet, nor do the overlays of two models. Besides letters and digits of any script only "-" and "_" stand in
    it, in Unicode's form C and at most 120 bytes: a valid name, and no device, on Linux, macOS and Windows.
    """
    identity = "\0".join((analysis.path, analysis.sha256, analysis.model.sha256))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    stem = unicodedata.normalize("NFC", PurePath(analysis.path).stem)
    safe = re.sub(r"[^\w-]+", "_", valid_unicode(stem))
    # Cutting may split a character of several bytes; its rest is dropped.
    short = safe.encode("utf-8")[:_LONGEST_STEM].decode("utf-8", "ignore").strip("_-")
    return f"{short or 'radiograph'}_{digest}.png"


def overlay_facts(analysis: Analysis) -> dict[str, str]:
    """Return what an overlay's PNG text chunks say: key to text, the same facts as the legend, in full."""
    prediction, _ = _predicted_heatmap(analysis)
    facts = {
        "Software": f"cxrviewer {analysis.program_version}",
        "Disclaimer": NOT_FOR_DIAGNOSIS,
        "Source": PurePath(analysis.path).name,
        "SourceSHA256": analysis.sha256,
        "Model": analysis.model.name,
        "ModelVersion": analysis.model.version,
        "ModelSHA256": analysis.model.sha256,
        "Engine": analysis.engine,
        "Window": analysis.window,
        "AnalysedAt": analysis.analysed_at,
        "Predicted": prediction.predicted,
        "Heatmap": f"Grad-CAM for {prediction.predicted}, over its maximum in this radiograph",
        "ColourMap": DEFAULT_COLOUR_MAP,
    }
    for finding, probability in zip(prediction.findings, prediction.probabilities, strict=True):
        facts[f"Probability {finding}"] = str(np.float32(probability))
    return {key: valid_unicode(value) for key, value in facts.items()}


def _predicted_heatmap(analysis: Analysis) -> tuple[Prediction, Heatmap]:
    prediction = analysis.prediction
    for heatmap in analysis.heatmaps if prediction else ():
        if prediction and heatmap.finding == prediction.predicted:
            return prediction, heatmap
    raise ExportError(
        "expected an analysis with a prediction and the heatmap of the predicted finding, got one with the "
        f"status {analysis.status} and {len(analysis.heatmaps)} heatmaps; an overlay shows results only."
    )


def resized_film(display: FloatArray, shortest: int, longest: int) -> FloatArray:
    """Return a radiograph, (H, W) float32 in [0, 1], with its longest side within two limits in pixels."""
    import cv2

    side = max(display.shape)
    wanted = min(max(side, shortest), longest)
    if wanted == side:
        return display
    height, width = (max(1, round(length * wanted / side)) for length in display.shape)
    interpolation = cv2.INTER_AREA if wanted < side else cv2.INTER_CUBIC
    return np.asarray(np.clip(cv2.resize(display, (width, height), interpolation=interpolation), 0, 1), np.float32)


def film_under_heat(film: FloatArray, heatmap: Heatmap) -> tuple[npt.NDArray[np.uint8], bool]:
    """Return a resized radiograph under its heatmap over its own maximum, (h, w, 3) uint8, and whether there is heat.

    Only the pixels that are shown are computed.
    """
    heat = normalised(heatmap_on_radiograph(_on_grid_of(film, heatmap)))
    return overlay(film, heat, load_colour_map(DEFAULT_COLOUR_MAP), DEFAULT_OPACITY), bool(heat.any())


def _on_grid_of(film: FloatArray, heatmap: Heatmap) -> Heatmap:
    """Return the heatmap with its placement on the resized radiograph."""
    placement = heatmap.placement
    rows = film.shape[0] / placement.radiograph_height
    columns = film.shape[1] / placement.radiograph_width
    scaled = replace(
        placement,
        top=placement.top * rows,
        left=placement.left * columns,
        height=placement.height * rows,
        width=placement.width * columns,
        radiograph_height=film.shape[0],
        radiograph_width=film.shape[1],
    )
    return replace(heatmap, placement=scaled)


def _draw_findings(panel: Panel, prediction: Prediction, *, shows_heat: bool) -> None:
    """Draw the predicted finding, a bar for each probability, and what the colours mean."""
    panel.text("Predicted", dim=True)
    panel.text(prediction.predicted, scale=1.6)
    if is_uncertain(prediction):
        panel.text(uncertain_words(prediction))
    panel.gap(0.6)
    panel.text("Calibrated probabilities", dim=True)
    order = np.argsort(-prediction.probabilities, kind="stable")[:_MOST_BARS]
    for index in sorted(int(position) for position in order):
        finding = prediction.findings[index]
        note = "flagged: at or above its threshold" if finding in prediction.flagged else ""
        value = float(prediction.probabilities[index])
        panel.bar(finding, note, _in_words(value), value, strong=finding == prediction.predicted)
    if len(prediction.findings) > _MOST_BARS:
        panel.text(f"and {len(prediction.findings) - _MOST_BARS} less probable ones: see the table", dim=True)
    panel.gap(0.6)
    if shows_heat:
        panel.text(f"Colours: evidence for {prediction.predicted}")
        panel.colour_bar("none", "most in this film")
        panel.text("Grad-CAM over its own maximum: compares regions of this film, not films.", dim=True, scale=0.85)
    else:
        panel.text(f"No colours: no region speaks for {prediction.predicted} (Grad-CAM is 0 everywhere).")


def _in_words(probability: float) -> str:
    """Return three decimals, without claiming certainty that the rounding would make up."""
    if probability < 0.001:
        return "< 0.001"
    return "> 0.999" if probability > 0.999 else f"{probability:.3f}"


def draw_facts(panel: Panel, analysis: Analysis, shape: tuple[int, ...], *, names_file: bool = True) -> None:
    """Draw where the picture comes from: file (see ``render_overlay``), window, model, engine, program; disclaimer."""
    model = analysis.model
    name = valid_unicode(PurePath(analysis.path).name)
    if names_file:
        panel.pair("File", name, elide=True)
    panel.pair("Size", f"{shape[1]} x {shape[0]} pixels")
    panel.pair("Window", valid_unicode(analysis.window) or "as stored")
    panel.pair("Model", f"{model.name} {model.version}")
    panel.pair("SHA-256", model.sha256[:12])
    panel.pair("Engine", analysis.engine)
    panel.pair("Program", f"cxrviewer {analysis.program_version}")
    if names_file:
        panel.pair("Analysed", _to_the_second(analysis.analysed_at))
    warnings = all_warnings(analysis)
    for warning in warnings[:_MOST_WARNINGS]:
        panel.pair("Warning", valid_unicode(warning))
    if len(warnings) > _MOST_WARNINGS:
        panel.pair("", f"and {len(warnings) - _MOST_WARNINGS} more: see the table")
    panel.gap(0.6)
    panel.text(NOT_FOR_DIAGNOSIS, accent=True)


def _to_the_second(moment: str) -> str:
    """Return an ISO 8601 moment in UTC to the second, or the text itself where it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return moment


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them does not exist, so they are not the same
        return False
