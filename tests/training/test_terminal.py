"""Tables stay tables in a pipe, on a narrow terminal and in another encoding; the model card shows the same."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.inference.bundle import load_bundle
from cxrviewer.resources import models_folder
from training.data import Sample
from training.evaluation import evaluate
from training.model_card import model_card
from training.recipe import Comparison
from training.recipes import load_recipe
from training.results import Table, in_words
from training.terminal import show_evaluation, show_tables

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


@pytest.fixture(scope="module")
def evaluation() -> dict:
    random = np.random.default_rng(0)
    labels = random.integers(3, size=60)
    samples = [
        Sample(Path("x"), FINDINGS[k], "test", f"p{n // 2}", "a | \x1b[2Jb" if n % 2 else "e\u00e9", "", "", "", n)
        for n, k in enumerate(labels)
    ]
    probabilities = random.dirichlet([1.0] * 3, size=60).astype(np.float32)
    return {"split": "test", **evaluate(samples, probabilities, FINDINGS, [Comparison("c", "COVID19", "NORMAL")])}


def test_a_pipe_gets_aligned_tables_without_escapes(evaluation) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show_evaluation("name", evaluation, stream)
    stream.flush()
    text = stream.buffer.getvalue().decode("ascii")
    assert "\x1b" not in text
    assert "e?" in text
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 5
    for lines in tables:
        assert len({len(line) for line in lines}) == 1
        assert len({tuple(i for i, sign in enumerate(line) if sign == "|") for line in lines}) == 1
    assert in_words(evaluation["overall"]["accuracy"]) in text
    assert "60 films of 30 patients" in text


def test_a_terminal_gets_what_fits(evaluation, monkeypatch) -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    show_evaluation("name", evaluation, stream)
    assert "\x1b[2J" not in stream.getvalue()
    assert max(map(len, stream.getvalue().splitlines())) <= 80


def test_markup_in_a_name_is_a_name() -> None:
    stream = io.StringIO()
    show_tables("[red]title[/red]", [], [Table("t", ("[b]x", "y"), (("[/]", ":smile:"),))], stream)
    for name in ("[red]title[/red]", "[b]x", "[/]", ":smile:"):
        assert name in stream.getvalue()


def test_figures_in_words() -> None:
    assert in_words({"value": 0.95, "interval": [0.9, 0.9876]}) == "0.950 [0.900, 0.988]"
    assert in_words({"value": 0.95, "interval": None}) == "0.950 [too few patients]"
    assert in_words(0.95) == "0.950"
    assert in_words(None, "no films") == "no films"


def test_the_model_card_shows_every_interval_and_reads_version_0_1_0(evaluation) -> None:
    bundle, recipe = load_bundle(models_folder() / "cxr_mobilenetv2", verify=False), load_recipe("cxr_mobilenetv2")
    card = model_card(bundle.metadata, recipe, evaluation)
    figures = [*evaluation["overall"].values(), *(f["roc_auc"] for f in evaluation["findings"].values())]
    for figure in figures:
        assert f"| {in_words(figure)} |" in card
    assert "a / " in card
    old = {
        **evaluation,
        "overall": {**{name: f["value"] for name, f in evaluation["overall"].items()}},
        "by_source": {"east": {"films": 3, "accuracy": 0.9, "recall": {"NORMAL": {"films": 3, "recall": 0.9}}}},
    }
    for name in ("by_column", "columns_left_out", "films_without_patient", "bootstraps"):
        del old[name]
    card = model_card(bundle.metadata, recipe, old)
    assert "| east | all | 3 |  | 0.900 |  |" in card
    shipped = json.loads((bundle.folder / "evaluation.json").read_text())
    accuracy = shipped["overall"]["accuracy"]
    assert f"| accuracy | {in_words(accuracy)} |" in model_card(bundle.metadata, recipe, shipped)
