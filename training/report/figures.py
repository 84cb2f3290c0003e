"""The report's figures, drawn by matplotlib without a display, each as the text of an SVG."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from sklearn import metrics

from cxrviewer.domain import FloatArray
from training.calibration import Labels
from training.results import Evaluation, in_words
from training.weighted_metrics import CALIBRATION_BINS, calibration_bins

# Colours that red-green blind readers tell apart (Okabe and Ito 2008), with other dashes once they repeat.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES = ("-", "--", ":", "-.")
# Any: matplotlib types its settings by a literal of every name.
_SETTINGS: Any = {
    "svg.fonttype": "path",  # looks the same on every machine
    "svg.hashsalt": "cxrviewer",  # and in every run
    "text.parse_math": False,  # a dollar sign in a name is no formula
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}

Curve = Callable[[np.ndarray[Any, Any], FloatArray], tuple[FloatArray, FloatArray]]


def confusion_heatmap(evaluation: Evaluation) -> str:
    """Return the confusion matrix as SVG: counts, and in colour their shares of the films with that label."""
    findings = evaluation["confusion"]["rows_are_labels_columns_are_predictions"]
    counts = np.array(evaluation["confusion"]["counts"], np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    side = max(1.1 * len(findings), 2.4)
    with _drawn(side + 1.9, side + 0.9) as (figure, svg):
        axes = figure.subplots()
        mesh = axes.pcolormesh(shares, cmap="Blues", vmin=0.0, vmax=1.0, edgecolors="white", linewidth=1.5)
        for (row, column), share in np.ndenumerate(shares):
            words = f"{int(counts[row, column])}\n{100 * share:.1f} %"
            colour = "white" if share > 0.55 else "black"
            axes.text(column + 0.5, row + 0.5, words, ha="center", va="center", color=colour)
        places = np.arange(len(findings)) + 0.5
        axes.set_xticks(places, findings, rotation=30 if len(findings) > 3 else 0, ha="center")
        axes.set_yticks(places, findings)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.invert_yaxis()
        axes.set(xlabel="predicted", ylabel="label", aspect="equal")
        figure.colorbar(mesh, ax=axes, label="share of the label's films", shrink=0.8)
    return svg[0]


def roc_curves(evaluation: Evaluation, probabilities: FloatArray, labels: Labels) -> str:
    """Return each finding's ROC curve against the rest as SVG, "" where no finding has one."""

    def curve(positive: np.ndarray[Any, Any], score: FloatArray) -> tuple[FloatArray, FloatArray]:
        false, true, _ = metrics.roc_curve(positive, score)
        return false, true

    axes = {"xlabel": "1 - specificity", "ylabel": "sensitivity"}
    return _curves(evaluation, probabilities, labels, curve, "roc_auc", "AUC", axes)


def precision_recall_curves(evaluation: Evaluation, probabilities: FloatArray, labels: Labels) -> str:
    """Return each finding's precision over recall as SVG, "" where no finding has a curve."""

    def curve(positive: np.ndarray[Any, Any], score: FloatArray) -> tuple[FloatArray, FloatArray]:
        precision, recall, _ = metrics.precision_recall_curve(positive, score, drop_intermediate=True)
        return recall, precision

    axes = {"xlabel": "recall", "ylabel": "precision"}
    return _curves(evaluation, probabilities, labels, curve, "average_precision", "average precision", axes)


def _curves(
    evaluation: Evaluation,
    probabilities: FloatArray,
    labels: Labels,
    curve: Curve,
    name: str,
    words: str,
    axis_labels: dict[str, str],
) -> str:
    findings = list(evaluation["findings"].items())
    drawn = [index for index, (_, figures) in enumerate(findings) if figures[name] is not None]
    if not drawn:
        return ""
    with _drawn(4.6, 4.4 + 0.17 * len(drawn)) as (figure, svg):
        axes = figure.subplots()
        for index in drawn:
            finding, figures = findings[index]
            across, up = curve(labels == index, probabilities[:, index])
            colour, dashes = _style(index)
            # A precision between two thresholds is that of the lower one; lines between them would flatter.
            axes.plot(
                across,
                up,
                color=colour,
                linestyle=dashes,
                drawstyle="default" if name == "roc_auc" else "steps-post",
                label=f"{finding}: {words} {in_words(figures[name])}",
                clip_on=False,
            )
        if name == "roc_auc":
            axes.plot((0, 1), (0, 1), color="grey", linewidth=0.8, linestyle=":")
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", **axis_labels)
        axes.grid(alpha=0.3)
        figure.legend(loc="outside lower center", frameon=False)
    return svg[0]


def reliability_diagram(probabilities: FloatArray, labels: Labels) -> str:
    """Return as SVG how often the network is right at each confidence, over how many films have that confidence."""
    films, confidence, right = (part[0] for part in calibration_bins(np.ones((1, len(labels))), probabilities, labels))
    some = films > 0
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)
    with _drawn(4.6, 5.4) as (figure, svg):
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        above.plot((0, 1), (0, 1), color="grey", linewidth=0.8, linestyle=":", label="perfectly calibrated")
        above.bar(
            edges[:-1][some],
            right[some] / films[some],
            width=1 / CALIBRATION_BINS,
            align="edge",
            color=_COLOURS[5],
            edgecolor="white",
            label="share of films that are right",
        )
        above.plot(
            confidence[some] / films[some],
            right[some] / films[some],
            color=_COLOURS[0],
            marker="o",
            markersize=3,
            linewidth=1,
            label="at their mean confidence",
        )
        above.set(ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
        below.bar(edges[:-1], films, width=1 / CALIBRATION_BINS, align="edge", color=_COLOURS[5], edgecolor="white")
        below.set(xlabel="confidence: the predicted finding's probability", ylabel="films")
        for axes in (above, below):
            axes.grid(alpha=0.3)
            axes.set_axisbelow(True)
        figure.legend(loc="outside lower center", frameon=False)
    return svg[0]


def _style(index: int) -> tuple[str, str]:
    lap, colour = divmod(index, len(_COLOURS))
    return _COLOURS[colour], _DASHES[lap % len(_DASHES)]


@contextmanager
def _drawn(width: float, height: float) -> Iterator[tuple[Figure, Sequence[str]]]:
    """Give a figure of so many inches and a list that holds its SVG once the block has ended."""
    svg: list[str] = []
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        yield figure, svg
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        svg.append(text.getvalue())


def sanity_curve(content: dict[str, Any]) -> str:
    """Return as SVG how the heatmaps' rank correlation falls while a network's layers are shuffled; see ``sanity``."""
    steps = [step for step in content["steps"] if step["rank_correlation"] is not None]
    layers = [0, *(step["layers"] for step in steps)]
    values = [1.0, *(step["rank_correlation"]["value"] for step in steps)]
    intervals = [step["rank_correlation"]["interval"] for step in steps]
    with _drawn(6.4, 2.9) as (figure, svg):
        axes = figure.subplots()
        if all(interval is not None for interval in intervals):
            low, high = ([1.0, *(interval[side] for interval in intervals)] for side in (0, 1))
            axes.fill_between(layers, low, high, color=_COLOURS[0], alpha=0.2, linewidth=0.0)
        axes.plot(layers, values, "o-", color=_COLOURS[0], markersize=3.5)
        axes.axhline(0.0, color="0.6", linewidth=0.8)
        axes.set(
            xlabel=f"layers shuffled, from the last, of {content['layers']} with weights",
            ylabel="rank correlation",
            ylim=(min(-0.3, *values) - 0.05, 1.05),
        )
    return svg[0]
