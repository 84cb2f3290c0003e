"""Every recipe that a small machine can train: from random weights over 30 films to a bundle that the program runs.

Sides and widths are smaller than the articles', whose exact networks test_parameter_counts.py builds and runs.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from cxrviewer.analysis.analyze import analyze_file
from cxrviewer.inference.bundle import load_bundle
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.gradcam import explain
from tests.conftest import CHECKOUT
from tests.films import write_dicom, write_png
from tests.inference.reference_gradcam import assert_is_gradcam, reference_heatmaps
from training.__main__ import main
from training.assessment import keras_logits
from training.data import load_film, network_input
from training.recipes import load_recipe
from training.sources import Selection, read_source

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

CLASSES = ("Normal", "Viral Pneumonia", "COVID")
# Recipe: what makes it small enough.
TRAINED = {
    "covid_mobilenetv2": ["--resolution", "64", "--width", "0.35", "--ignore-other-labels"],
    "pneumonia_vgg16": ["--resolution", "64", "--ignore-other-labels"],
    "three_class_vgg16": ["--resolution", "64", "--class-weights", "max/count"],
    "three_class_efficientnetb7": ["--resolution", "64", "--backbone", "EfficientNetB0"],
    "folder_mobilenetv2": ["--resolution", "96", "--width", "0.5"],
}
MEMBERS = {"three_class_mobilenet": ["--width", "0.25"], "three_class_mobilenetv2": ["--width", "0.35"]}


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """30 films, 10 of each class, one of each a DICOM object."""
    source = tmp_path_factory.mktemp("films")
    for number in range(30):
        folder = source / CLASSES[number % 3]
        folder.mkdir(exist_ok=True)
        if number < 3:
            write_dicom(folder / f"{number}.dcm", size=96, seed=number, PatientID=f"MRN-{number}")
        else:
            write_png(folder / f"{number}.png", size=96, seed=number)
    return source


def _train(recipe: str, films: Path, out: Path, *options: str) -> int:
    fixed = ["--backbone-weights", "none", "--epochs", "1", "--batch-size", "8"]
    return main(["train", recipe, "--data", str(films), "--out", str(out), *fixed, *options])


def _bundle(run: Path, out: Path, film: Path):
    """Export a run and classify a film with the bundle as the program does, with both engines."""
    assert main(["export", str(run), str(out)]) == 0
    bundle = load_bundle(out)
    analyses = [analyze_file(film, bundle, open_engine(name, bundle)) for name in ("litert", "keras")]
    for analysis in analyses:
        assert analysis.status == "ok", analysis.message
        assert analysis.prediction.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    one, other = (analysis.prediction.logits for analysis in analyses)
    np.testing.assert_allclose(one, other, atol=1e-3 * max(np.abs(other).max(), 1.0))
    return bundle


@pytest.mark.parametrize("name", TRAINED)
def test_a_recipe_trains_evaluates_and_exports(name, films, tmp_path, capsys) -> None:
    run, film = tmp_path / "run", next((films / "COVID").glob("*.png"))
    assert _train(name, films, run, *TRAINED[name]) == 0
    history = json.loads((run / "history.json").read_text())
    assert [entry["phase"] for entry in history] == list(range(len(load_recipe(name).phases)))
    assert all(np.isfinite([entry["loss"], entry["val_loss"]]).all() for entry in history)
    for file in ("batches.csv", "curves.png", "training.log", "evaluation.json", "report.html"):
        assert (run / file).stat().st_size > 60
    assert (run / "curves.png").read_bytes()[:4] == b"\x89PNG"
    bundle = _bundle(run, tmp_path / "bundle", film)
    findings = load_recipe(name).findings or ("COVID", "NORMAL", "VIRAL_PNEUMONIA")
    assert bundle.metadata.findings == findings
    assert bundle.metadata.initial_weights == "Random"
    capsys.readouterr()
    scored = [str(tmp_path / "bundle"), "--data", str(films), "--split", "all", "--out", str(tmp_path / "scored")]
    ignore = [option for option in TRAINED[name] if option.startswith("--ignore")]
    assert main(["evaluate", *scored, *ignore]) == 0
    assert f"{10 * len(findings)} films" in capsys.readouterr().out
    assert json.loads((tmp_path / "scored" / "evaluation.json").read_text())["films"] == 10 * len(findings)


def test_batches_are_recorded_and_average_to_the_epochs_figures(compiled_steps, films, tmp_path) -> None:
    run = tmp_path / "run"
    assert _train("folder_mobilenetv2", films, run, "--resolution", "32", "--width", "0.35") == 0
    header, *rows = [line.split(",") for line in (run / "batches.csv").read_text().split()]
    assert header == ["epoch", "step", "loss", "accuracy"]
    [epoch] = json.loads((run / "history.json").read_text())
    sizes = [8, 8, 5]  # of 10 films a class 7 train, 1 validates, 2 test
    assert len(rows) == len(sizes)
    for column, name in ((2, "loss"), (3, "accuracy")):
        mean = np.average([float(row[column]) for row in rows], weights=sizes)
        assert mean == pytest.approx(epoch[name], abs=2e-4)


@pytest.fixture(scope="module")
def members(films, tmp_path_factory) -> list[Path]:
    runs = []
    for name, options in MEMBERS.items():
        runs.append(tmp_path_factory.mktemp("members") / name)
        assert _train(name, films, runs[-1], "--resolution", "64", *options) == 0
    return runs


@pytest.mark.parametrize(
    ("name", "trainable"), [("ensemble_probabilities", 6 * 3 + 3), ("ensemble_features", 128 * 3 + 3)]
)
def test_an_ensemble_of_small_networks_is_trained_compared_explained_and_exported(
    name, trainable, films, members, tmp_path, capsys
) -> None:
    from training.ensembles import build_ensemble, ensemble_recipe
    from training.folding import fold_ensemble
    from training.members import read_members

    run = tmp_path / "run"
    capsys.readouterr()
    arguments = ["ensemble", name, *map(str, members), "--data", str(films), "--out", str(run), "--epochs", "2"]
    assert main(arguments) == 0
    comparison = json.loads((run / "comparison.json").read_text())
    assert len(comparison["networks"]) == 3
    assert (run / "report.html").is_file()
    shown = capsys.readouterr().out
    assert all(network in shown for network in comparison["networks"])
    assert main(arguments) == 1
    assert "new or empty folder" in capsys.readouterr().err

    read = read_members(members)
    recipe = ensemble_recipe(load_recipe(name), [member.recipe for member in read])
    plain = build_ensemble(recipe, read)
    assert sum(weight.shape.num_elements() for weight in plain.trainable_weights) == trainable
    folded = fold_ensemble(plain, recipe, read)
    batch = np.random.default_rng(0).uniform(-1, 1, (3, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(folded.predict_on_batch(batch), plain.predict_on_batch(batch), atol=1e-4)
    outputs = {key: np.asarray(value) for key, value in explain(folded, "maps")(batch).items()}
    assert_is_gradcam(outputs, *reference_heatmaps(folded, "maps", batch))
    bundle = _bundle(run, tmp_path / "bundle", next((films / "Normal").glob("*.png")))
    assert bundle.metadata.architecture.startswith("Ensemble of three_class_mobilenet, three_class_mobilenetv2")
    assert bundle.metadata.initial_weights.count("Random") == 2
    assert f"training ensemble {name} RUN..." in (tmp_path / "bundle" / "MODEL_CARD.md").read_text()


def test_a_run_stopped_after_its_first_epoch_goes_on_to_the_same_end(films, tmp_path, monkeypatch) -> None:
    import training.train as module

    options = ["--resolution", "32", "--width", "0.35", "--ignore-other-labels", "--epochs", "2"]
    assert _train("covid_mobilenetv2", films, tmp_path / "whole", *options) == 0
    run_epoch, calls = module._run_epoch, []

    def stop_in_the_second_epoch(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return run_epoch(*arguments)

    run = tmp_path / "stopped"
    monkeypatch.setattr(module, "_run_epoch", stop_in_the_second_epoch)
    assert _train("covid_mobilenetv2", films, run, *options) == 130
    monkeypatch.undo()
    assert len(json.loads((run / "history.json").read_text())) == 1
    assert _train("covid_mobilenetv2", films, run, *options) == 1  # nothing is written over it
    assert _train("covid_mobilenetv2", films, run, *options, "--resume", "--limit", "8") == 1  # nor mixed up
    assert _train("covid_mobilenetv2", films, run, *options, "--resume") == 0
    histories = [json.loads((path / "history.json").read_text()) for path in (run, tmp_path / "whole")]
    assert [entry["phase"] for entry in histories[0]] == [0, 0, 1, 1]
    for resumed, straight in zip(*histories, strict=True):
        assert resumed["loss"] == pytest.approx(straight["loss"], abs=1e-3)
        assert resumed["learning_rate"] == straight["learning_rate"]
    _, *rows = (run / "batches.csv").read_text().split()
    assert [row.split(",")[0] for row in rows] == ["0"] * 2 + ["1"] * 2 + ["2"] * 2 + ["3"] * 2


def test_early_stopping_plateaus_and_the_best_epoch(films, tmp_path, monkeypatch) -> None:
    """Patience 5, the rate halved after 3 epochs without a fall, the network of the lowest loss kept."""
    import training.train as module

    losses = iter([0.9, 0.5, 0.6, 0.55, 0.7, 0.6, 0.6])
    validate, checkpoint = module._validate, module._checkpoint
    saved: list[bytes] = []

    def after_every_epoch(*arguments):
        checkpoint(*arguments)
        saved.append((tmp_path / "run" / "network.keras").read_bytes())

    monkeypatch.setattr(module, "_validate", lambda *a: {**validate(*a), "val_loss": next(losses)})
    monkeypatch.setattr(module, "_checkpoint", after_every_epoch)
    small = ["--resolution", "64", "--backbone", "MobileNetV2", "--width", "0.35", "--epochs", "30"]
    assert _train("three_class_densenet201", films, tmp_path / "run", *small) == 0
    assert len(saved) == 7
    assert saved[0] != saved[1]
    assert set(saved[1:]) == {saved[1]}
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert [entry["learning_rate"] for entry in history] == pytest.approx([1e-4] * 5 + [5e-5] * 2)


@pytest.mark.parametrize("framework", ["jax", "torch"])
def test_the_same_recipe_trains_on_other_frameworks(framework, films, tmp_path) -> None:
    if importlib.util.find_spec(framework) is None:
        pytest.skip(f"needs {framework}, which the program does not depend on")
    arguments = ["train", "covid_mobilenetv2", "--data", films, "--out", tmp_path / "run", "--backbone-weights", "none"]
    small = ["--resolution", "32", "--width", "0.35", "--epochs", "1", "--batch-size", "8", "--ignore-other-labels"]
    done = subprocess.run(
        [sys.executable, "-m", "training", *map(str, arguments), *small],
        env={**os.environ, "KERAS_BACKEND": framework},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert [entry["phase"] for entry in history] == [0, 1]
    assert all(np.isfinite([entry["loss"], entry["val_loss"]]).all() for entry in history)


def test_the_grid_shows_test_films_with_their_predictions(films, members, capsys) -> None:
    capsys.readouterr()
    assert main(["predict-grid", str(members[0]), "--data", str(films)]) == 0
    assert "of 6 films right" in capsys.readouterr().out
    from PIL import Image

    with Image.open(members[0] / "predictions.png") as image:
        assert image.size[0] > 800


def test_a_binary_network_is_scored_with_both_sides_of_its_logit(films, tmp_path) -> None:
    recipe = load_recipe("covid_mobilenetv2")
    samples = read_source(films, recipe.findings, Selection(aliases=recipe.aliases, ignore_other_labels=True))[:3]
    image = keras.Input((32, 32, 3))
    network = keras.Model(image, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(image)))
    spec = type(recipe.input)(32, 32, 3, "stretch", "area", -1.0, 1.0)
    batch = network_input([load_film(sample.path, spec) for sample in samples], spec)
    logits = keras_logits(network, spec, samples)
    np.testing.assert_allclose(logits[:, 1:], network.predict_on_batch(batch) / 2, atol=1e-6)
    np.testing.assert_allclose(logits[:, 0], -logits[:, 1])


def test_half_precision_trains_and_keeps_single_precision(compiled_steps, films, tmp_path, monkeypatch) -> None:
    from training import devices

    monkeypatch.setattr(devices, "half_precision_policy", lambda: "mixed_bfloat16")
    run = tmp_path / "run"
    small = ["--resolution", "32", "--width", "0.35", "--mixed-precision"]
    assert _train("folder_mobilenetv2", films, run, *small) == 0
    assert keras.config.dtype_policy().name == "float32"
    network = keras.saving.load_model(run / "network.keras", compile=False, safe_mode=True)
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    [epoch] = json.loads((run / "history.json").read_text())
    assert np.isfinite([epoch["loss"], epoch["val_loss"]]).all()


def test_a_device_without_fast_half_precision_trains_in_single(monkeypatch) -> None:
    from training import devices

    monkeypatch.setattr(devices, "half_precision_policy", lambda: None)
    with devices.in_precision(mixed=True):
        assert keras.config.dtype_policy().name == "float32"


def test_what_is_wrong_is_named_before_anything_is_written(films, members, tmp_path, capsys) -> None:
    small = ["--resolution", "64"]
    broken = tmp_path / "broken"
    for number in range(27):
        folder = broken / ("train", "val", "test")[number // 9] / CLASSES[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        write_png(folder / f"{number}.png", size=64, seed=number)
    (broken / "test" / "COVID" / "20.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    wrong = (
        (["three_class_mobilenet", broken, *small], "COVID/20.png: expected a film that the program reads"),
        (["covid_mobilenetv2", films, *small], "Viral Pneumonia: expected the folder of a class"),
        (["three_class_mobilenet", films, *small, "--frozen", "999"], "expected 0 to 86 frozen layers"),
        (["three_class_mobilenet", films, *small, "--backbone", "ResNet50"], "expected a backbone of the families"),
        (["three_class_mobilenet", films, *small, "--miss", "FRACTURE=3"], "and a cost of at least 0"),
        (["three_class_mobilenet", films, "--resolution", "32"], "pixels give maps of 1 x 1"),
        (["ensemble_features", films], "python -m training ensemble"),
    )
    for (recipe, source, *options), message in wrong:
        capsys.readouterr()
        assert _train(recipe, source, tmp_path / "run", *options) == 1
        assert message in capsys.readouterr().err
        assert not (tmp_path / "run").exists()
    other = ["--backbone-weights", str(members[1] / "checkpoint.weights.h5"), *small]
    assert main(["train", "three_class_vgg16", "--data", str(films), "--out", str(tmp_path / "run"), *other]) == 1
    assert "expected weights of VGG16" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert (
        main(["ensemble", "ensemble_features", str(members[0]), "--data", str(films), "--out", str(tmp_path / "e")])
        == 1
    )
    assert "at least two runs" in capsys.readouterr().err


def test_summaries_count_phase_by_phase(capsys) -> None:
    assert main(["summary", "covid_mobilenetv2"]) == 0
    out = capsys.readouterr().out
    assert "block_16_project_BN" in out
    assert "parameters: 2,259,265, trainable: 1,281," in out
    assert "parameters: 2,259,265, trainable: 1,862,721," in out
    assert main(["summary", "three_class_mobilenet", "--backbone", "DenseNet121", "--frozen", "none"]) == 0
    assert "conv5_block16_concat" in capsys.readouterr().out
