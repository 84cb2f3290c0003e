"""The report as one HTML file: nothing in it is loaded from elsewhere, and nothing in it runs."""

from __future__ import annotations

import base64
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.version import __version__
from training.assessment import Assessment
from training.instruments import SANITY_KEY, explained_tables
from training.report.figures import (
    confusion_heatmap,
    precision_recall_curves,
    reliability_diagram,
    roc_curves,
    sanity_curve,
)
from training.report.mistakes import Mistake, most_confident_mistakes
from training.results import Table, confusion_table, describe_films, notes, results_tables

REPORT_FILE = "report.html"
_TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class Picture:
    """A picture inside the page: its data: address, and what it shows in words."""

    address: str
    words: str


def write_report(path: Path, assessment: Assessment, *, show_names: bool = False) -> None:
    """Write an assessment's report.

    Patients are counted, never named; films are named only with ``show_names``, by their files' names. Whatever comes
    from the data is escaped. The file is complete or not there. Raises DataError for a film that can no longer be read.
    """
    page = render_report(assessment, show_names=show_names)
    partial = path.with_name(f"partial-{path.name}")
    partial.write_text(page, encoding="utf-8", errors="replace")
    partial.replace(path)


def render_report(assessment: Assessment, *, show_names: bool = False) -> str:
    """Return the report's HTML; see ``write_report``."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"jpeg": _jpeg, "share": _share}
    evaluation = assessment.evaluation
    confusion = confusion_table(evaluation)
    mistakes = most_confident_mistakes(assessment, show_names=show_names)
    return environment.get_template(_TEMPLATE).render(
        not_for_diagnosis=NOT_FOR_DIAGNOSIS,
        program_version=__version__,
        subject=assessment.subject,
        unexplained=assessment.unexplained,
        spec=assessment.spec,
        films=describe_films(evaluation),
        notes=notes(evaluation),
        cells=_cells(assessment),
        tables=[table for table in results_tables(evaluation) if table != confusion],
        confusion=confusion,
        figures=_figures(assessment),
        instruments=explained_tables(evaluation),
        sanity=_sanity(evaluation),
        missing_curves=_missing_curves(assessment),
        curves=_training_curves(assessment.history),
        mistakes=mistakes,
        wrong=sum(assessment.probabilities.argmax(axis=1) != assessment.labels),
        heatless=_heatless(mistakes),
    )


def _cells(assessment: Assessment) -> Table:
    """Return how many films and patients each label has in each source."""
    samples = assessment.samples
    films = Counter((sample.source, sample.label) for sample in samples)
    # A film whose patient is not known counts for a patient of its own.
    owners = {(s.source, s.label, s.patient or str(number)) for number, s in enumerate(samples)}
    patients = Counter((source, label) for source, label, _ in owners)
    order = sorted(films, key=lambda cell: (cell[0], assessment.findings.index(cell[1])))
    rows = tuple((cell[0] or "not named", cell[1], str(films[cell]), str(patients[cell])) for cell in order)
    return Table("Films", ("source", "label", "films", "patients"), rows, labels=2)


def _figures(assessment: Assessment) -> list[tuple[str, Picture]]:
    evaluation, probabilities, labels = assessment.evaluation, assessment.probabilities, assessment.labels
    drawn = (
        ("Confusion matrix", confusion_heatmap(evaluation)),
        ("ROC curves, each finding against the rest", roc_curves(evaluation, probabilities, labels)),
        ("Precision and recall", precision_recall_curves(evaluation, probabilities, labels)),
        ("Reliability", reliability_diagram(probabilities, labels)),
    )
    return [
        (title, Picture(_address("image/svg+xml", svg.encode()), f"{title}; the figures are in the tables"))
        for title, svg in drawn
        if svg
    ]


def _sanity(evaluation: dict[str, Any]) -> Picture | None:
    if SANITY_KEY not in evaluation:
        return None
    title = "Rank correlation with the trained network's heatmaps, layer by layer"
    return Picture(_address("image/svg+xml", sanity_curve(evaluation[SANITY_KEY]).encode()), title)


def _missing_curves(assessment: Assessment) -> list[str]:
    figures = assessment.evaluation["findings"].items()
    return [finding for finding, values in figures if values["roc_auc"] is None]


def _training_curves(history: Sequence[dict[str, Any]]) -> Picture | None:
    if not history:
        return None
    from training.progress import write_curves

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "curves.png"
        write_curves(path, history)
        return Picture(_address("image/png", path.read_bytes()), f"Loss, accuracy, rate over {len(history)} epochs")


def _heatless(mistakes: Sequence[Mistake]) -> bool:
    return any(mistake.overlay is not None and not mistake.has_heat for mistake in mistakes)


def _jpeg(content: bytes) -> str:
    return _address("image/jpeg", content)


def _share(probability: float) -> str:
    """Return three decimals, without claiming a certainty that the rounding would make up."""
    if probability < 0.001:
        return "< 0.001"
    return "> 0.999" if probability > 0.999 else f"{probability:.3f}"


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
