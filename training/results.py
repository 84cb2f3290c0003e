"""An evaluation in words and rows: the tables that the terminal, the HTML report and the model card show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training.evaluation import OF_FINDING, OVERALL

Evaluation = dict[str, Any]

NAMES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "cohen_kappa": "Cohen's kappa",
    "brier": "Brier score",
    "expected_calibration_error": "expected calibration error",
    "precision": "precision",
    "recall": "recall",
    "specificity": "specificity",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
}
_NO_FILMS, _ONE_LABEL = "no films", "one label only"


@dataclass(frozen=True)
class Table:
    """A table of text; the first ``labels`` columns are words, the rest figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1

    @property
    def is_grouped(self) -> bool:
        """Whether rows without a name of their own belong to the one above."""
        return any(not row[0] for row in self.rows)


def describe_films(evaluation: Evaluation) -> str:
    """Return which films were scored and what the brackets in the tables mean, in one paragraph."""
    return (
        f"Split {evaluation['split']}: {evaluation['films']} films of {evaluation['patients']} patients. In brackets: "
        "95 % bootstrap intervals over patients; a figure that is the same in every draw, as where every film is "
        "right, has one without width."
    )


def notes(evaluation: Evaluation) -> list[str]:
    """Return what a reader has to know of these films: unknown patients, findings without films, columns left out."""
    found = []
    if unknown := evaluation.get("films_without_patient"):
        found.append(
            f"The patients of {unknown} films are not known; each of these films counts for a patient of its own, "
            "which makes the intervals too narrow where one patient has several."
        )
    if absent := [name for name, figures in evaluation["findings"].items() if not figures["films"]]:
        found.append(f"No film has the label {', '.join(absent)}.")
    if left_out := evaluation.get("columns_left_out"):
        columns = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        found.append(f"Columns of the manifest that make no groups: {columns}.")
    return found


def results_tables(evaluation: Evaluation) -> list[Table]:
    """Return the tables of an evaluation, each with at least one row.

    Evaluations of version 0.1.0, whose figures have no intervals but for some, are read too.
    """
    tables = [_overall(evaluation), _findings(evaluation), confusion_table(evaluation)]
    if evaluation["comparisons"]:
        tables.append(_comparisons(evaluation["comparisons"]))
    if "conformal" in evaluation:
        tables.append(_prediction_sets(evaluation["conformal"]))
    grouped = [
        ("source", evaluation["by_source"]),
        ("age group", evaluation["by_age_group"]),
        ("subtype", evaluation["by_subtype"]),
        *evaluation.get("by_column", {}).items(),
    ]
    return [*tables, *(_groups(name, groups) for name, groups in grouped if groups)]


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    # A source's name may hold anything; a vertical line would begin another cell.
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines)


def in_words(figure: Any, otherwise: str = "undefined") -> str:
    """Return a figure with its interval to three decimals, or ``otherwise`` where it is None."""
    if figure is None:
        return otherwise
    if not isinstance(figure, dict):
        return f"{figure:.3f}"
    if figure["interval"] is None:
        return f"{figure['value']:.3f} [too few patients]"
    low, high = figure["interval"]
    return f"{figure['value']:.3f} [{low:.3f}, {high:.3f}]"


def _overall(evaluation: Evaluation) -> Table:
    rows = [(NAMES[name], in_words(evaluation["overall"][name], _ONE_LABEL)) for name in OVERALL]
    return Table("All findings", ("figure", "value"), tuple(rows))


def _findings(evaluation: Evaluation) -> Table:
    """Return the figures in rows and the findings in columns: with intervals, the other way round is too wide."""
    findings = evaluation["findings"]
    rows = [("films with this label", *(str(figures["films"]) for figures in findings.values()))]
    for name in OF_FINDING:
        cells = (
            in_words(figures[name], _why_undefined(name, figures["films"], evaluation["films"]))
            for figures in findings.values()
        )
        rows.append((NAMES[name], *cells))
    return Table("Each finding against the rest", ("figure", *findings), tuple(rows))


def _why_undefined(name: str, films: int, of: int) -> str:
    if name == "precision":
        return "never predicted"
    if films == 0:
        return _NO_FILMS
    return "no other films" if films == of else "undefined"


def confusion_table(evaluation: Evaluation) -> Table:
    """Return the confusion matrix, labels in rows."""
    findings = evaluation["confusion"]["rows_are_labels_columns_are_predictions"]
    rows = [
        (finding, *map(str, counts))
        for finding, counts in zip(findings, evaluation["confusion"]["counts"], strict=True)
    ]
    header = ("label", *(f"predicted {finding}" for finding in findings))
    return Table("Confusion matrix", header, tuple(rows))


def _comparisons(comparisons: Sequence[dict[str, Any]]) -> Table:
    rows = [
        (
            entry["name"],
            " + ".join(str(films) for films in entry["films"].values()),
            *(
                in_words(entry[name], _ONE_LABEL if any(entry["films"].values()) else _NO_FILMS)
                for name in ("roc_auc", "accuracy", "recall")
            ),
        )
        for entry in comparisons
    ]
    header = ("comparison", "films", "ROC AUC", "accuracy", "recall among all findings")
    return Table("One finding against another", header, tuple(rows))


def _groups(name: str, groups: dict[str, Any]) -> Table:
    """Return a row for every group and one for each label in it, which stays narrow with many findings."""
    rows = []
    for group, figures in groups.items():
        whole = (str(figures["films"]), str(figures.get("patients", "")), in_words(figures["accuracy"]), "")
        rows.append((group, "all", *whole))
        for label, entry in figures["recall"].items():
            auc = in_words(figures["roc_auc"].get(label), _ONE_LABEL) if "roc_auc" in figures else ""
            rows.append(("", label, str(entry["films"]), "", in_words(entry["recall"]), auc))
    header = (name, "label", "films", "patients", "accuracy, or the label's recall", "ROC AUC against the rest")
    return Table(f"By {name}", header, tuple(rows), labels=2)


def comparison_table(comparison: dict[str, Any]) -> Table:
    """Return an ensemble's comparison.json as a table: a row for each network."""
    findings = next(iter(comparison["networks"].values()))["roc_auc"]
    names = ("accuracy", "balanced_accuracy", "expected_calibration_error")
    rows = [
        (
            network,
            *(in_words(figures[name]) for name in names),
            *(in_words(figure, _ONE_LABEL) for figure in figures["roc_auc"].values()),
        )
        for network, figures in comparison["networks"].items()
    ]
    header = ("network", *(NAMES[name] for name in names), *(f"ROC AUC {finding}" for finding in findings))
    return Table(f"Split {comparison['split']}, {comparison['films']} films", header, tuple(rows))


def _prediction_sets(conformal: Evaluation) -> Table:
    """Every group at the bundle's own level, and all films at the others."""
    kinds = ("covered", "call", "several", "none", "calls_right")
    rows = [
        (f"{level}, {name}", str(row["films"]), *("-" if row[kind] is None else f"{row[kind]:.4f}" for kind in kinds))
        for level, groups in conformal["levels"].items()
        for name, row in groups.items()
        if name == "all" or float(level) == conformal["level"]
    ]
    header = ("level, films", "films", "covered", "one finding", "several", "none", "right where one")
    return Table("Prediction sets", header, tuple(rows))
