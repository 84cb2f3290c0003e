"""What ``leave-out`` and ``lung-share`` measured: their tables, and their place in a bundle and its model card.

The test split cannot say whether a network reads lungs or hospitals; these two can.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cxrviewer.inference.bundle import sha256_of
from training.errors import RunError
from training.recipe import Recipe
from training.results import Table, in_words, markdown_table
from training.runs import NETWORK_FILE, deciding

LEAVE_OUT_FILE = "leave_out.json"
LEAVE_OUT_TABLE_FILE = "leave_out.md"
LEAVE_OUT_KEY = "leave_one_source_out"
LUNG_SHARE_KEY = "heatmap_in_lungs"
_SIDES = {"choosing": "train and val", "reporting": "test"}
# The seed may differ between runs of one recipe, and every run has cells of its own.
_OF_EACH_RUN = ("cells", "seed")


def measured(run: Path, recipe: Recipe, leave_out: Path | None, lung_share: Path | None) -> dict[str, Any]:
    """Return what a bundle's evaluation.json holds of the two instruments: nothing of one that is None.

    ``leave_out``: the folder that ``leave-out`` wrote, of the run's recipe; what its runs did otherwise is named under
    "differs_in". ``lung_share``: the file that ``lung-share --out`` wrote for this very run. Raises RunError where one
    cannot be read or belongs to another recipe or network.
    """
    found: dict[str, Any] = {}
    if leave_out is not None:
        content = _read(leave_out / LEAVE_OUT_FILE, "leave-out", ("recipe", "settings", "runs", "mean"))
        if content["recipe"] != recipe.name:
            raise RunError(f"expected {leave_out} to be of the recipe {recipe.name}, it is of {content['recipe']}")
        settings, now = content.pop("settings"), deciding(recipe)
        differing = sorted(key for key in now if key not in _OF_EACH_RUN and settings.get(key) != now[key])
        found[LEAVE_OUT_KEY] = {**content, "differs_in": differing}
    if lung_share is not None:
        content = _read(lung_share, "lung-share RUN --out", ("network_sha256", "findings", "predicted", "held_out"))
        if content["network_sha256"] != sha256_of(run / NETWORK_FILE):
            raise RunError(
                f"expected {lung_share} to be measured on the network in {run}, it is of another one; "
                f"'python -m training lung-share {run} --data ... --out {lung_share}' measures it"
            )
        found[LUNG_SHARE_KEY] = content
    return found


def _read(path: Path, command: str, keys: tuple[str, ...]) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if missing := [key for key in keys if key not in content]:
            raise ValueError(f"it has no {', '.join(missing)}")
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"expected what 'python -m training {command}' wrote at {path} ({error})") from error
    return content


def instrument_sections(evaluation: dict[str, Any]) -> tuple[str, ...]:
    """Return the model card's sections, in Markdown, on what of the two instruments its evaluation holds."""
    sections = []
    if LEAVE_OUT_KEY in evaluation:
        content = evaluation[LEAVE_OUT_KEY]
        text = (
            "The recipe was trained again without each of these, and the runs read the films that they had never seen "
            'a like of: in rows "train and val" those that a recipe may be chosen by, in rows "test" those of the '
            "test split. The recall of NORMAL is the specificity there. The ROC AUC is against the films of other "
            f"labels left in. Initial weights: {content['initial_weights']}."
        )
        if content["differs_in"]:
            text += f" These runs differ from the bundle's in: {', '.join(content['differs_in'])}."
        table = leave_out_table(content)
        sections.append(f"## Films of a source left out\n\n{text}\n\n{markdown_table(table.header, table.rows)}")
    if LUNG_SHARE_KEY in evaluation:
        content = evaluation[LUNG_SHARE_KEY]
        text = (
            "The share of the Grad-CAM heatmap that lies inside the lungs of radiographs with lung masks. A heatmap "
            "that knows nothing has the lungs' share of a film inside."
        )
        tables = [
            f"{table.title}.\n\n{markdown_table(table.header, table.rows)}" for table in lung_share_tables(content)
        ]
        sections.append("\n\n".join(["## Heatmaps inside the lungs", text, *tables]))
    return tuple(sections)


def leave_out_table(content: dict[str, Any]) -> Table:
    """Return the table of what ``leave_out`` measured: a row for each run, label and side of its films."""
    rows: list[tuple[str, ...]] = []
    for run in content["runs"]:
        others = run.get("accuracy_on_the_others")
        accuracy = in_words(others["accuracy"]) if others else "no films"
        for reading, side in _SIDES.items():
            for label, figures in run[reading]["labels"].items():
                called = ", ".join(f"{name} {share:.3f}" for name, share in figures["called"].items())
                recall, area = in_words(figures["recall"]), in_words(figures["roc_auc"], "one label only")
                rows.append((run["without"], label, side, str(figures["films"]), recall, called, area, accuracy))
    for reading, side in _SIDES.items():
        figure = content["mean"][reading]
        rows.append(
            (
                f"mean of {len(content['runs'])} runs",
                "",
                side,
                "",
                in_words(figure, "not every run has films"),
                "",
                "",
                "",
            )
        )
    header = (
        "without",
        "label",
        "films left out",
        "number",
        "recall (NORMAL: specificity)",
        "called",
        "ROC AUC",
        "accuracy on the other sources' test films",
    )
    return Table("Films of a source left out", header, tuple(rows), labels=3)


def lung_share_tables(content: dict[str, Any]) -> tuple[Table, ...]:
    """Return the tables of what ``lung_share`` measured, on all films and on those of the segmenter's unseen patients:
    a row for each finding, and one for the predicted finding.
    """
    tables = [_share_table("All films", content)]
    if content["held_out"] is not None:
        tables.append(
            _share_table("Patients that the lung segmenter of training was not fitted to", content["held_out"])
        )
    return tuple(tables)


def _share_table(whose: str, content: dict[str, Any]) -> Table:
    rows = [
        (name, str(entry["films"]), str(entry["empty"]), in_words(entry["share"], "every heatmap is empty"))
        for name, entry in (*content["findings"].items(), ("the predicted finding", content["predicted"]))
    ]
    rows.append(("chance: the lungs' share of a film", str(content["films"]), "", in_words(content["chance"])))
    title = f"{whose}: {content['films']} films of {content['patients']} patients"
    return Table(title, ("heatmap of", "films", "empty heatmaps, left out", "share inside the lungs"), tuple(rows))
