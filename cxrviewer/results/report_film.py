"""The page of one film: radiograph, heatmap, probabilities, facts, warnings, model and limits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import numpy as np

from cxrviewer.domain import Analysis, Prediction
from cxrviewer.imaging.rendering import DEFAULT_COLOUR_MAP, DEFAULT_OPACITY, load_colour_map, overlay
from cxrviewer.inference.bundle import Bundle
from cxrviewer.results.chosen_thresholds import applied_thresholds
from cxrviewer.results.film_pictures import FilmPictures
from cxrviewer.results.lung_words import lung_words
from cxrviewer.results.pdf_file import PdfFile, PdfImage
from cxrviewer.results.pdf_page import BAR, DIM, INK, PALE, STRONG, PdfPage
from cxrviewer.results.report_layout import (
    GAP,
    LEFT,
    RIGHT,
    ROOM,
    TOP,
    draw_head_and_foot,
    draw_heading,
    draw_pairs,
    probability_words,
)
from cxrviewer.results.uncertainty import is_uncertain, set_words, threshold_words, uncertain_words
from cxrviewer.results.warned import all_warnings
from cxrviewer.results.words import verdict

_PICTURE_WIDTH: Final = (ROOM - GAP) / 2
_PICTURE_HEIGHT: Final = 262.0
_MOST_BARS: Final = 9
_MOST_WARNINGS: Final = 5


@dataclass(frozen=True, eq=False)
class FilmOnPaper:
    """A film's place in the report, its analysis, and its pictures in the file: radiograph, and under its heatmap.

    ``audit`` is the identifier of its entry in the audit log, "" where it is not known.
    """

    number: int
    analysis: Analysis
    film: PdfImage | None = None
    heat: PdfImage | None = None
    audit: str = ""


def embed_pictures(file: PdfFile, pictures: FilmPictures) -> tuple[PdfImage, PdfImage, PdfImage]:
    """Write a film's pictures into the file: radiograph, under its heatmap, thumbnail."""
    film, heat, thumb = (
        file.add_image(content, *_size(content), colour=colour)
        for content, colour in ((pictures.film, False), (pictures.heat, True), (pictures.thumb, False))
    )
    return film, heat, thumb


def embed_colour_bar(file: PdfFile) -> PdfImage:
    """Write the colours of the heatmap over a middle grey, as opaque as they are over the film."""
    from PIL import Image

    ramp = np.broadcast_to(np.linspace(0, 1, 512, dtype=np.float32), (16, 512))
    bar = overlay(np.full((16, 512), 0.45, np.float32), ramp, load_colour_map(DEFAULT_COLOUR_MAP), DEFAULT_OPACITY)
    written = io.BytesIO()
    Image.fromarray(bar).save(written, "JPEG", quality=95)
    return file.add_image(written.getvalue(), 512, 16, colour=True)


def draw_film(
    file: PdfFile, film: FilmOnPaper, bundle: Bundle, colour_bar: PdfImage, *, include_patient_data: bool
) -> None:
    """Write the page of a film, with its reason in the place of pictures where it has no result."""
    page = PdfPage(file)
    analysis = film.analysis
    path = PurePath(analysis.path)
    draw_head_and_foot(page, f"Film {film.number}", f"cxrviewer {analysis.program_version}")
    page.elided(LEFT, TOP + 8, path.name, ROOM, 14)
    page.elided(LEFT, TOP + 22, str(path.parent), ROOM, 8, DIM)
    y = TOP + 46
    if analysis.prediction is None:
        page.text(LEFT, y, f"No result: {analysis.status} ({analysis.code})", 13, STRONG, strong=True)
        y = page.paragraph(LEFT, y + 20, analysis.message, ROOM, 10) + GAP
    else:
        y = _draw_result(page, y, film, analysis.prediction, bundle, colour_bar)
    y = _draw_facts(page, y, film, include_patient_data)
    _draw_limits(page, y, analysis, bundle)
    page.finish(f"{film.number}  {path.name}")


def _draw_result(
    page: PdfPage, y: float, film: FilmOnPaper, prediction: Prediction, bundle: Bundle, colour_bar: PdfImage
) -> float:
    end = page.text(LEFT, y, verdict(film.analysis), 15, strong=True)
    if is_uncertain(prediction):
        page.elided(end + GAP, y, uncertain_words(prediction), RIGHT - end - GAP, 10, STRONG)
    y = _draw_pictures(page, y + 14, film, prediction, colour_bar)
    y = _draw_bars(page, draw_heading(page, y + GAP, "Calibrated probabilities"), film.analysis, prediction, bundle)
    lungs = lung_words(film.analysis)
    return page.paragraph(LEFT, y, f"{lungs}.", ROOM, 9) + 4 if lungs else y


def _draw_pictures(page: PdfPage, y: float, film: FilmOnPaper, prediction: Prediction, colour_bar: PdfImage) -> float:
    if film.film is None or film.heat is None:
        return page.paragraph(LEFT, y + 8, "The film's pixels were not at hand when this page was made.", ROOM, 8, DIM)
    second = LEFT + _PICTURE_WIDTH + GAP
    _, height = page.image(film.film, LEFT, y, _PICTURE_WIDTH, _PICTURE_HEIGHT)
    page.image(film.heat, second, y, _PICTURE_WIDTH, _PICTURE_HEIGHT)
    y += height + 11
    shown = film.analysis.window or "as stored"
    below = page.paragraph(LEFT, y, f"As the network was shown it: {shown}.", _PICTURE_WIDTH, 7.5, DIM, most_lines=3)
    note = f"Evidence for {prediction.predicted}: Grad-CAM over its own maximum, which compares regions of this film."
    if film.analysis.lungs is not None:
        note += " The line is the outline of the lungs."
    y = page.paragraph(second, y, note, _PICTURE_WIDTH, 7.5, DIM, most_lines=3)
    page.image(colour_bar, second, y - 4, _PICTURE_WIDTH, 8)
    page.text(second, y + 12, "none", 7, DIM)
    page.text_right(RIGHT, y + 12, "most in this film", 7, DIM)
    return max(below, y + 16)


def _draw_bars(page: PdfPage, y: float, analysis: Analysis, prediction: Prediction, bundle: Bundle) -> float:
    """Draw a bar for each probability, and its threshold as a mark where it is known; below them what the set says."""
    thresholds = applied_thresholds(prediction, bundle if analysis.model == bundle.identity else None)
    bar_left, bar_right = LEFT + 190, RIGHT - 120
    order = np.argsort(-prediction.probabilities, kind="stable")[:_MOST_BARS]
    for index in sorted(int(place) for place in order):
        finding, value = prediction.findings[index], float(prediction.probabilities[index])
        is_predicted = finding == prediction.predicted
        page.elided(LEFT, y, finding, 118, 9, INK)
        page.text_right(bar_left - 12, y, probability_words(value), 9)
        page.rectangle(bar_left, y - 7, bar_right - bar_left, 8, PALE)
        filled = float(np.clip(value, 0, 1)) * (bar_right - bar_left)
        page.rectangle(bar_left, y - 7, filled, 8, STRONG if is_predicted else BAR)
        if finding in thresholds:
            limit = thresholds[finding]
            mark = bar_left + limit * (bar_right - bar_left)
            page.line(mark, y - 10, mark, y + 4, INK, 1.1)
            words = "flagged, threshold" if finding in prediction.flagged else "threshold"
            page.text(bar_right + 10, y, f"{words} {limit:.3f}", 8, DIM)
        elif finding in prediction.flagged:
            page.text(bar_right + 10, y, "flagged", 8, DIM)
        y += 16
    if len(prediction.findings) > _MOST_BARS:
        left_out = len(prediction.findings) - _MOST_BARS
        page.text(LEFT, y, f"and {left_out} less probable findings, which the table has", 8, DIM)
        y += 16
    for said in filter(None, (set_words(prediction), threshold_words(prediction))):
        y = page.paragraph(LEFT, y, said, ROOM, 8, most_lines=2)
    return y + 6


def _draw_facts(page: PdfPage, y: float, film: FilmOnPaper, include_patient_data: bool) -> float:
    analysis = film.analysis
    half = (ROOM - GAP) / 2
    second = LEFT + half + GAP
    film_end = draw_heading(page, y, "Film", LEFT, LEFT + half)
    film_end = draw_pairs(page, film_end, _film_pairs(analysis, include_patient_data), LEFT, half)
    model_end = draw_heading(page, y, "Model", second, RIGHT)
    model_end = draw_pairs(page, model_end, _model_pairs(analysis), second, half)
    y = max(film_end, model_end)
    for label, value in (
        ("File SHA-256", analysis.sha256),
        ("Model SHA-256", analysis.model.sha256),
        ("Audit entry", film.audit),
    ):
        if value:
            page.text(LEFT, y, label, 8, DIM)
            page.text(LEFT + 78, y, value, 8)
            y += 12
    warnings = all_warnings(analysis)
    if warnings:
        y = draw_heading(page, y + 8, "Warnings")
        for warning in warnings[:_MOST_WARNINGS]:
            y = page.paragraph(LEFT, y, f"- {warning}", ROOM, 8, most_lines=2)
        if len(warnings) > _MOST_WARNINGS:
            y = page.paragraph(LEFT, y, f"and {len(warnings) - _MOST_WARNINGS} more: see the table", ROOM, 8)
    return y


def _film_pairs(analysis: Analysis, include_patient_data: bool) -> list[tuple[str, str]]:
    pairs = []
    facts = analysis.facts
    if facts is not None:
        pairs += [
            ("Size", f"{facts.width} x {facts.height} pixels, {facts.bits} bits"),
            ("Format", ", ".join(filter(None, (facts.format, facts.modality, facts.photometric)))),
            ("View", ", ".join(filter(None, (facts.view_position, facts.body_part)))),
            ("Decoder", facts.decoder),
        ]
    patient = analysis.patient
    if include_patient_data and patient is not None:
        pairs += [
            ("Patient", patient.name),
            ("Patient ID", patient.identifier),
            ("Birth date", patient.birth_date),
            ("Sex, age", ", ".join(filter(None, (patient.sex, patient.age)))),
        ]
    return [(label, value) for label, value in pairs if value]


def _model_pairs(analysis: Analysis) -> list[tuple[str, str]]:
    model = analysis.model
    return [
        ("Name", f"{model.name} {model.version}"),
        ("Engine", analysis.engine),
        ("Program", f"cxrviewer {analysis.program_version}"),
        ("Analysed", f"{analysis.analysed_at}, {analysis.milliseconds:.0f} ms"),
    ]


def _draw_limits(page: PdfPage, y: float, analysis: Analysis, bundle: Bundle) -> None:
    y = draw_heading(page, y + 8, "Limits")
    if analysis.model == bundle.identity:
        y = page.paragraph(LEFT, y, f"Made for: {bundle.metadata.intended_use}.", ROOM, 7.5, most_lines=4)
        page.paragraph(LEFT, y, f"Not made for: {bundle.metadata.not_intended_for}.", ROOM, 7.5, most_lines=5)
    else:
        page.paragraph(LEFT, y, "Another model gave this result than the one at hand: see its model card.", ROOM, 7.5)


def _size(jpeg: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(jpeg)) as image:
        return image.size
