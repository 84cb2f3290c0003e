"""What ``leave-out``, ``lung-share``, ``blanking``, ``sanity`` and ``robustness`` measured: their tables, and their
place in a bundle, its model card and a report.

The test split cannot say whether a network reads lungs or hospitals; these can.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
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
BLANKING_KEY = "blanking"
SANITY_KEY = "heatmap_sanity"
ROBUSTNESS_KEY = "robustness"
_SIDES = {"choosing": "train and val", "reporting": "test"}
# The seed may differ between runs of one recipe, and every run has cells of its own.
_OF_EACH_RUN = ("cells", "seed")


@dataclass(frozen=True)
class InstrumentFiles:
    """Where the commands wrote what they measured, None for one that was not run: a folder of ``leave-out``, and the
    files of ``lung-share``, ``blanking``, ``sanity`` and ``robustness``.
    """

    leave_out: Path | None = None
    lung_share: Path | None = None
    blanking: Path | None = None
    sanity: Path | None = None
    robustness: Path | None = None


def measured(run: Path, recipe: Recipe, files: InstrumentFiles) -> dict[str, Any]:
    """Return what a bundle's evaluation.json holds of the instruments: nothing of one that is None.

    The runs of ``leave-out`` are of the run's recipe; what they did otherwise is named under "differs_in". The others
    are measured on this very run. Raises RunError where one cannot be read or belongs to another recipe or network.
    """
    found: dict[str, Any] = {}
    if files.leave_out is not None:
        content = _read(files.leave_out / LEAVE_OUT_FILE, "leave-out", ("recipe", "settings", "runs", "mean"))
        if content["recipe"] != recipe.name:
            raise RunError(
                f"expected {files.leave_out} to be of the recipe {recipe.name}, it is of {content['recipe']}"
            )
        settings, now = content.pop("settings"), deciding(recipe)
        differing = sorted(key for key in now if key not in _OF_EACH_RUN and settings.get(key) != now[key])
        found[LEAVE_OUT_KEY] = {**content, "differs_in": differing}
    return found | measured_on({sha256_of(run / NETWORK_FILE)}, str(run), files)


def measured_on(network_sha256: Collection[str], subject: str, files: InstrumentFiles) -> dict[str, Any]:
    """Return what the instruments other than ``leave-out`` measured on a network with one of these SHA-256.

    Raises RunError where a file cannot be read or belongs to another network.
    """
    found: dict[str, Any] = {}
    for path, command, key, needed in (
        (files.lung_share, "lung-share", LUNG_SHARE_KEY, ("findings", "predicted", "held_out")),
        (files.blanking, "blanking", BLANKING_KEY, ("films", "patients", "left_out", "variants")),
        (files.sanity, "sanity", SANITY_KEY, ("films", "layers", "steps")),
        (files.robustness, "robustness", ROBUSTNESS_KEY, ("films", "patients", "split", "variants")),
    ):
        if path is None:
            continue
        content = _read(path, f"{command} ... --out", ("network_sha256", *needed))
        if content["network_sha256"] not in network_sha256:
            raise RunError(
                f"expected {path} to be measured on the network in {subject}, it is of another one; "
                f"'python -m training {command} {subject} --data ... --out {path}' measures it"
            )
        found[key] = content
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
    """Return the model card's sections, in Markdown, on what of the instruments its evaluation holds."""
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
    for title, text, shown in explained_tables(evaluation):
        parts = [f"{table.title}.\n\n{markdown_table(table.header, table.rows)}" for table in shown]
        sections.append("\n\n".join([f"## {title}", text, *parts]))
    return tuple(sections)


def explained_tables(evaluation: dict[str, Any]) -> list[tuple[str, str, tuple[Table, ...]]]:
    """Return title, explanation and tables of what an evaluation holds of all but ``leave-out`` and ``lung-share``."""
    found: list[tuple[str, str, tuple[Table, ...]]] = []
    if BLANKING_KEY in evaluation:
        content = evaluation[BLANKING_KEY]
        left_out = content["left_out"]["films"]
        text = (
            "What is blanked has the mean grey of the rest. A network that still scores high without lungs has learned "
            "something else than what they show: the hospital, the age, the projection. Blanking the lungs leaves "
            "their outline; blanking the rectangle around them leaves not even that, but little film. Blanked films "
            "are unlike any that the network was trained on, so that a low figure proves less than a high one. "
            f"{left_out} films without plausible lungs are left out of every row."
        )
        found.append(("Lungs or surroundings blanked", text, blanking_tables(content)))
    if SANITY_KEY in evaluation:
        content = evaluation[SANITY_KEY]
        text = (
            "Parameter randomisation (Adebayo et al. 2018): the values of every weight tensor are shuffled, from the "
            "last layer down to the first, and the Grad-CAM of the finding that the trained network predicts is "
            "compared with the trained network's. A heatmap that stayed the same would show the film and not what was "
            f"learned. {content['films']} films of {content['patients']} patients, {content['repeats']} shufflings; "
            "brackets: 95 % intervals over patients."
        )
        found.append(("Heatmaps of a network that forgets", text, (sanity_table(content),)))
    if ROBUSTNESS_KEY in evaluation:
        text = (
            "Films are varied as training may vary them, every film with one variation at a strength drawn from its "
            "range. Films as they are do not tell whether a network falls where one is noisier, larger or mirrored. "
            "What the variations do not cover, the table does not either."
        )
        found.append(("Films varied on purpose", text, (robustness_table(evaluation[ROBUSTNESS_KEY]),)))
    return found


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


_VARIANTS = {
    "unaltered": "as they are",
    "outside_blanked": "everything outside the lungs blanked",
    "lungs_blanked": "the lungs blanked",
    "box_blanked": "the rectangle around the lungs blanked",
}


def blanking_tables(content: dict[str, Any]) -> tuple[Table, ...]:
    """Return the tables of what ``blanking`` measured: over all films and by class, and by source."""
    variants = {_VARIANTS[name]: figures for name, figures in content["variants"].items()}
    first = next(iter(variants.values()))
    findings = tuple(first["findings"])
    over_all = tuple(
        (
            words,
            in_words(figures["accuracy"]),
            in_words(figures["balanced_accuracy"], "one label only"),
            *(in_words(figures["findings"][name]["roc_auc"], "one label only") for name in findings),
            *(in_words(figures["findings"][name]["recall"], "no films") for name in findings),
        )
        for words, figures in variants.items()
    )
    header = (
        "films",
        "accuracy",
        "balanced accuracy",
        *(f"ROC AUC {name}" for name in findings),
        *(f"recall {name}" for name in findings),
    )
    by_source = tuple(
        (source, label, str(entry["films"]), *(_recall(f, source, label) for f in variants.values()))
        for source, figures in first["by_source"].items()
        for label, entry in figures["recall"].items()
    )
    title = f"{content['films']} films of {content['patients']} patients, the split {content['split']}"
    tables = (
        Table(title, header, over_all),
        Table("Recall by source", ("source", "label", "films", *variants), by_source, labels=2),
    )
    if not content.get("heatmap_shares"):
        return tables
    shares = tuple(
        (
            row["source"],
            row["label"],
            f"{row['films'] - row['empty']}",
            in_words(row["share"], "every heatmap is empty"),
            in_words(row["chance"]),
        )
        for row in content["heatmap_shares"]
    )
    head = ("source", "label", "films", "share inside the lungs found", "chance: the lungs' share of the film")
    return (*tables, Table("Heatmap of the predicted finding inside the lungs", head, shares, labels=2))


def _recall(variant: dict[str, Any], source: str, label: str) -> str:
    return in_words(variant["by_source"][source]["recall"][label]["recall"], "no films")


def sanity_table(content: dict[str, Any]) -> Table:
    """Return the table of what ``sanity`` measured: a row for each step, from the last layer to the first."""
    rows = tuple(
        (
            step["shuffled_down_to"],
            f"{step['layers']} of {content['layers']}",
            in_words(step["rank_correlation"], "every heatmap is constant"),
            str(step["empty"]),
            f"{step['other_predictions']:.3f}",
        )
        for step in content["steps"]
    )
    header = (
        "shuffled down to",
        "layers with weights",
        "rank correlation with the trained network's heatmap",
        "constant heatmaps, left out",
        "other finding predicted",
    )
    return Table("Heatmaps while the weights are shuffled", header, rows)


def robustness_table(content: dict[str, Any]) -> Table:
    """Return what ``robustness`` gives as a table, the variation that costs most first."""
    variants = dict(content["variants"])
    unaltered = variants.pop("unaltered")
    as_they_are = float(unaltered["value"])
    rows = sorted(variants.items(), key=lambda item: float(item[1]["value"]))
    return Table(
        f"Accuracy on {content['films']} films of {content['patients']} patients, the split {content['split']}",
        ("every film with", "accuracy", "less than as they are by"),
        (
            ("nothing: as they are", in_words(unaltered), ""),
            *(
                (_in_plain_words(name), in_words(figure), f"{as_they_are - figure['value']:.3f}")
                for name, figure in rows
            ),
        ),
    )


def _in_plain_words(variation: str) -> str:
    return "several, as they fall together" if variation == "together" else variation.replace("_", " ")
