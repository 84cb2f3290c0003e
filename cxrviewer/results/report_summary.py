"""The pages before the films: counts, distributions, labels, thumbnails, and the files without a result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Analysis
from cxrviewer.inference.bundle import Bundle
from cxrviewer.inference.decision import bundle_thresholds
from cxrviewer.results.agreement import Agreement
from cxrviewer.results.pdf_file import PdfFile, PdfImage
from cxrviewer.results.pdf_page import BAR, DIM, INK, LINE, STRONG, PdfPage
from cxrviewer.results.report_layout import BOTTOM, GAP, LEFT, RIGHT, ROOM, TOP, draw_head_and_foot, draw_heading
from cxrviewer.results.uncertainty import is_uncertain, level_words
from cxrviewer.results.warned import all_warnings
from cxrviewer.results.words import verdict

_BINS: Final = 20
_COLUMNS: Final = 6
_CELL_HEIGHT: Final = 100.0
_MOST_FINDINGS: Final = 9


@dataclass(frozen=True, eq=False)
class ListedFilm:
    """What the summary keeps of a film: its number, what came of it, and its thumbnail in the file."""

    number: int
    name: str
    words: str
    thumb: PdfImage | None
    code: str = ""


@dataclass(eq=False)
class Tally:
    """Counts films while their pages are written; what it keeps of each is a few words."""

    findings: tuple[str, ...]
    statuses: Counter[str] = field(default_factory=Counter)
    predicted: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    uncertain: int = 0
    levels: Counter[float | None] = field(default_factory=Counter)
    thresholds: Counter[tuple[float, ...] | None] = field(default_factory=Counter)
    with_warnings: int = 0
    classified: list[ListedFilm] = field(default_factory=list)
    failed: list[ListedFilm] = field(default_factory=list)
    histogram: npt.NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.histogram = np.zeros((len(self.findings), _BINS), np.int64)

    def add(self, number: int, analysis: Analysis, thumb: PdfImage | None) -> None:
        """Count one film."""
        self.statuses[analysis.status] += 1
        self.with_warnings += bool(all_warnings(analysis))
        name, prediction = PurePath(analysis.path).name, analysis.prediction
        if prediction is None:
            self.failed.append(ListedFilm(number, name, analysis.message, None, f"{analysis.status}: {analysis.code}"))
            return
        self.predicted[prediction.predicted] += 1
        self.flagged.update(prediction.flagged)
        self.uncertain += is_uncertain(prediction)
        self.levels[prediction.level] += 1
        self.thresholds[prediction.thresholds] += 1
        for row, finding in enumerate(self.findings):
            if finding in prediction.findings:
                place = min(int(prediction.probability(finding) * _BINS), _BINS - 1)
                self.histogram[row, place] += 1
        words = verdict(analysis) + (" ?" if is_uncertain(prediction) else "")
        self.classified.append(ListedFilm(number, name, words, thumb))


class Summary:
    """Writes the summary's pages, which come before those of the films, in their order."""

    def __init__(self, file: PdfFile, tally: Tally, bundle: Bundle, program: str) -> None:
        self._file = file
        self._tally = tally
        self._bundle = bundle
        self._program = program

    def write(self, agreement: Agreement | None) -> None:
        """Write all pages."""
        self._write_figures(agreement)
        if self._tally.classified:
            self._write_thumbnails()
        if self._tally.failed:
            self._write_failures()

    def _page(self, name: str) -> PdfPage:
        page = PdfPage(self._file)
        draw_head_and_foot(page, name, self._program)
        return page

    def _write_figures(self, agreement: Agreement | None) -> None:
        tally, page = self._tally, self._page("Summary")
        count = sum(tally.statuses.values())
        page.text(LEFT, TOP + 10, f"Summary of {count} films", 16, strong=True)
        model = self._bundle.identity
        page.text(LEFT, TOP + 26, f"Model {model.name} {model.version}, SHA-256 {model.sha256}", 7.5, DIM)
        y = draw_heading(page, TOP + 54, "What came of them")
        for words, number in (
            ("classified", tally.statuses["ok"]),
            ("refused: not what the model was made for", tally.statuses["refused"]),
            ("errors: could not be read", tally.statuses["error"]),
            (_uncertain_words(tally), tally.uncertain),
            ("with warnings", tally.with_warnings),
        ):
            page.text_right(LEFT + 34, y, str(number), 9)
            page.text(LEFT + 44, y, words, 9)
            y += 14
        y = self._draw_findings(page, y + GAP)
        if agreement is not None and agreement.films:
            _draw_agreement(page, y + GAP, agreement)
        page.finish("Summary", in_front=True)

    def _draw_findings(self, page: PdfPage, y: float) -> float:
        """Draw for each finding how often it was predicted, and how its probability is distributed."""
        tally, thresholds = self._tally, _thresholds(self._tally, self._bundle)
        y = draw_heading(page, y, "Findings, and the distribution of their probabilities from 0 to 1")
        left, width, height = LEFT + 200, ROOM - 200, 32.0
        y += 8
        for row, finding in enumerate(tally.findings[:_MOST_FINDINGS]):
            page.elided(LEFT, y + 8, finding, 186, 10)
            page.text(LEFT, y + 21, f"predicted {tally.predicted[finding]}, flagged {tally.flagged[finding]}", 8, DIM)
            counts = tally.histogram[row]
            most = max(1, int(counts.max()))
            for place, films in enumerate(counts):
                tall = height * float(films) / most
                page.rectangle(left + place * width / _BINS + 0.6, y + height - tall, width / _BINS - 1.2, tall, BAR)
            page.line(left, y + height, RIGHT, y + height, LINE)
            page.text_right(left - 4, y + 7, str(most), 7, DIM)
            if finding in thresholds:
                mark = left + thresholds[finding] * width
                page.line(mark, y - 8, mark, y + height, STRONG, 1.0)
                page.text(mark + 3, y - 2, f"threshold {thresholds[finding]:.3f}", 6.5, STRONG)
            y += height + 22
        page.text(left, y - 4, "0", 7, DIM)
        page.text_right(RIGHT, y - 4, "1", 7, DIM)
        return y + 6

    def _write_thumbnails(self) -> None:
        rows = int((BOTTOM - TOP - 20) // _CELL_HEIGHT)
        a_page = rows * _COLUMNS
        films = self._tally.classified
        cell = ROOM / _COLUMNS
        for first in range(0, len(films), a_page):
            page = self._page("Thumbnails")
            draw_heading(page, TOP + 4, "Films with their numbers; a question mark says that the result is uncertain")
            for place, film in enumerate(films[first : first + a_page]):
                x = LEFT + (place % _COLUMNS) * cell
                y = TOP + 16 + (place // _COLUMNS) * _CELL_HEIGHT
                if film.thumb is not None:
                    page.image(film.thumb, x, y, cell - 8, _CELL_HEIGHT - 30)
                page.elided(x, y + _CELL_HEIGHT - 20, f"{film.number}  {film.words}", cell - 6, 6.5, INK)
                page.elided(x, y + _CELL_HEIGHT - 11, film.name, cell - 6, 6, DIM)
            page.finish("Thumbnails" if first == 0 else "", in_front=True)

    def _write_failures(self) -> None:
        page, y, is_first = self._page("Files without a result"), 0.0, True
        for film in self._tally.failed:
            reason = page.font.wrapped(film.words, ROOM - 150, 8)
            if y == 0.0 or y + len(reason) * 11 > BOTTOM:
                if y:
                    page.finish("Files without a result" if is_first else "", in_front=True)
                    page, is_first = self._page("Files without a result"), False
                y = draw_heading(page, TOP + 4, f"Files without a result: {len(self._tally.failed)}")
            page.elided(LEFT, y, f"{film.number}  {film.name}", 142, 8)
            page.elided(LEFT, y + 10.8, film.code, 142, 7, DIM)
            y = max(page.paragraph(LEFT + 150, y, film.words, ROOM - 150, 8), y + 22) + 6
        page.finish("Files without a result" if is_first else "", in_front=True)


def _uncertain_words(tally: Tally) -> str:
    levels = list(tally.levels)
    if len(levels) == 1 and levels[0] is not None:
        return f"uncertain: at {level_words(levels[0])}, it is not one finding alone that fits"
    if any(level is not None for level in levels):
        return "uncertain: it is not one finding alone that fits"
    return "uncertain: the thresholds do not single out one finding"


def _thresholds(tally: Tally, bundle: Bundle) -> dict[str, float]:
    """Return the thresholds by which all films were flagged; none where they differ, or were chosen for others."""
    if set(tally.thresholds) <= {None}:
        return bundle_thresholds(bundle.metadata)
    chosen = list(tally.thresholds)
    if len(chosen) > 1 or chosen[0] is None or len(chosen[0]) != len(bundle.metadata.findings):
        return {}
    return dict(zip(bundle.metadata.findings, chosen[0], strict=True))


def _draw_agreement(page: PdfPage, y: float, agreement: Agreement) -> None:
    """Draw the user's labels against the predictions, as a matrix with sensitivities and specificities."""
    y = draw_heading(page, y, f"Your labels against the predictions: {agreement.agreed} of {agreement.films} agree")
    names = agreement.findings[:_MOST_FINDINGS]
    cell = min(62.0, (ROOM - 250) / len(names))
    page.text(LEFT, y, "label (rows), prediction (columns)", 7, DIM)
    for column, name in enumerate(names):
        page.elided(LEFT + 132 + column * cell, y, name, cell - 4, 7, DIM)
    page.text_right(RIGHT - 62, y, "sensitivity", 7, DIM)
    page.text_right(RIGHT, y, "specificity", 7, DIM)
    for row, name in enumerate(names):
        y += 14
        page.elided(LEFT, y, name, 124, 8)
        for column in range(len(names)):
            number = int(agreement.confusion[row, column])
            page.text(LEFT + 132 + column * cell, y, str(number), 8, STRONG if row == column else INK)
        shares = agreement.by_finding[row]
        page.text_right(RIGHT - 62, y, _share(shares.sensitivity), 8)
        page.text_right(RIGHT, y, _share(shares.specificity), 8)
    note = "Whoever labels here has seen the prediction: the figures tell how often it was accepted."
    if agreement.without_finding:
        note = f"{agreement.without_finding} films were called wrong without naming a finding. {note}"
    page.paragraph(LEFT, y + 16, note, ROOM, 7.5, DIM)


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.3f}"
