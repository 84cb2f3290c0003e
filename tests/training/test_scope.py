"""A scope gate is fitted to a bundle's films in one command, measured, and told of in evaluation and card."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from cxrviewer.inference.bundle import load_bundle
from cxrviewer.inference.scope import open_scope
from tests.films import write_png
from training.__main__ import main
from training.data import Sample
from training.errors import DataError
from training.other_pictures import other_pictures
from training.scope import add_scope
from training.scope_commands import with_scope_section


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifest of 130 drawn films."""
    folder = tmp_path_factory.mktemp("films")
    with (folder / "manifest.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "label", "source", "patient", "split"])
        for number in range(130):
            split = "train" if number < 60 else "val" if number < 115 else "test"
            label = ("NORMAL", "PNEUMONIA", "COVID19")[number % 3]
            name = write_png(folder / f"{number}.png", 96, seed=number).name
            table.writerow([name, label, "east" if number % 2 else "west", f"p{number}", split])
    return folder


def test_one_command_fits_measures_and_tells(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(Path(__file__).resolve().parents[2] / "models" / "cxr_mobilenetv2", bundle)
    before = load_bundle(bundle)
    assert main(["scope", str(bundle), "--data", str(source)]) == 0
    after = load_bundle(bundle)
    assert after.sha256 != before.sha256
    left = {name: value for name, value in after.metadata.model_dump().items() if name != "scope"}
    assert left == {name: value for name, value in before.metadata.model_dump().items() if name != "scope"}
    gate = open_scope(after)
    assert gate is not None
    assert gate.limits.fitted_on == "60 training films, limits on 55 validation films"
    figures = json.loads((bundle / "evaluation.json").read_text())["scope"]
    assert figures["films"]["all"]["number"] == 15
    assert set(figures["films"]) == {"all", "east", "west"}
    assert figures["films"]["all"]["refused"] <= 0.1
    assert figures["other_pictures"]["all"]["refused"] >= 0.9
    assert figures["roc_auc"] >= 0.98
    assert figures["appearances"]["upside down"]["said"]["upside down"] >= 0.9
    card = (bundle / "MODEL_CARD.md").read_text()
    assert card.count("## Scope gate") == 1
    assert card.index("## Scope gate") < card.index("## Licence")
    assert "ROC AUC" in capsys.readouterr().out
    out = tmp_path / "figures.json"
    assert main(["scope-check", str(bundle), "--data", str(source), "--out", str(out)]) == 0
    assert json.loads(out.read_text()) == figures
    assert load_bundle(bundle).sha256 == after.sha256
    again = with_scope_section(card, figures | {"roc_auc": 0.5})
    assert again.count("## Scope gate") == 1
    assert "0.5000" in again


def test_too_few_films_and_a_bundle_without_a_gate_are_refused(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(Path(__file__).resolve().parents[2] / "models" / "cxr_mobilenetv2", bundle)
    metadata = json.loads((bundle / "metadata.json").read_text())
    metadata.pop("scope", None)
    (bundle / "metadata.json").write_text(json.dumps(metadata))
    few = [Sample(source / "0.png", "NORMAL", "train", "p", "east", "", "", "", 2)]
    with pytest.raises(DataError, match="at least 50 films in the split train"):
        add_scope(bundle, few)
    assert main(["scope-check", str(bundle), "--data", str(source)]) == 1
    assert "python -m training scope" in capsys.readouterr().err


def test_the_other_pictures_are_of_many_kinds_and_the_same_every_time() -> None:
    first, second = list(other_pictures()), list(other_pictures())
    kinds = {picture.kind for picture in first}
    assert {"page of text", "noise", "gradient", "blank", "photograph", "DICOM CT", "DICOM MR"} <= kinds
    assert [p.kind for p in first] == [p.kind for p in second]
    for one, other in zip(first, second, strict=True):
        assert (one.display == other.display).all()
        assert one.display.dtype == "float32"
        assert 0 <= one.display.min() <= one.display.max() <= 1
