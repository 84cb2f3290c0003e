"""From labelled films to a bundle: a run is repeatable, can be stopped and gone on with, and exports what runs."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from cxrviewer.inference.bundle import load_bundle
from cxrviewer.inference.engines import open_engine
from training.__main__ import main
from training.assessment import assess_bundle, assess_run
from training.averaging import WeightAverage
from training.data import load_film, network_input, of_split
from training.errors import RunError
from training.export import export
from training.recipe import HiddenLayer, Phase
from training.recipes import load_recipe, recipe_names
from training.runs import read_recipe
from training.train import train


@pytest.fixture(scope="module")
def finished(manifest, small_recipe, tmp_path_factory) -> Path:
    """The small recipe's run, trained and assessed once."""
    from training.data import read_manifest

    samples = read_manifest(manifest, small_recipe.findings)
    out = tmp_path_factory.mktemp("runs") / "finished"
    train(small_recipe, samples, out, "none")
    assess_run(out, samples)
    return out


def _weights(run: Path) -> list[np.ndarray]:
    return keras.saving.load_model(run / "network.keras", compile=False).get_weights()


def test_a_run_writes_what_it_did(finished, small_recipe) -> None:
    history = json.loads((finished / "history.json").read_text())
    assert [entry["epoch"] for entry in history] == [0, 1]
    assert all(np.isfinite(entry["loss"]) for entry in history)
    assert set(history[0]["val_recall"]) == {
        "NORMAL east",
        "PNEUMONIA east",
        "PNEUMONIA west",
        "COVID19 west",
    }
    assert read_recipe(finished) == replace(small_recipe, comparisons=load_recipe(small_recipe.name).comparisons)
    assert not list(finished.glob("partial-*"))


def test_a_stopped_run_goes_on_to_the_same_weights(finished, small_recipe, films, tmp_path, monkeypatch) -> None:
    import training.train as module

    validate, calls = module._validate, []

    def stop_in_the_second_epoch(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return validate(*arguments)

    run = tmp_path / "stopped"
    monkeypatch.setattr(module, "_validate", stop_in_the_second_epoch)
    with pytest.raises(KeyboardInterrupt):
        train(small_recipe, films, run, "none")
    monkeypatch.undo()
    assert len(json.loads((run / "history.json").read_text())) == 1
    train(small_recipe, films, run, "none", resume=True)
    assert len(json.loads((run / "history.json").read_text())) == 2
    for resumed, straight in zip(_weights(run), _weights(finished), strict=True):
        np.testing.assert_allclose(resumed, straight, rtol=1e-3, atol=1e-5)


def test_a_run_is_not_written_over_or_mixed_up(finished, small_recipe, films, tmp_path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in finished.iterdir()}
    with pytest.raises(RunError, match="new or empty folder"):
        train(small_recipe, films, finished, "none")
    with pytest.raises(RunError, match="another seed"):
        train(replace(small_recipe, seed=99), films, finished, "none", resume=True)
    with pytest.raises(RunError, match="expected a run"):
        train(small_recipe, films, tmp_path / "nothing", "none", resume=True)
    assert {path.name: path.stat().st_mtime_ns for path in finished.iterdir()} == before


def test_a_finished_run_has_nothing_to_resume(finished, small_recipe, films) -> None:
    before = _weights(finished)
    train(small_recipe, films, finished, "none", resume=True)
    for now, then in zip(_weights(finished), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_second_phase_starts_with_its_own_optimiser(small_recipe, films, tmp_path) -> None:
    still = replace(small_recipe, phases=(Phase(1, 1e-3), Phase(1, 0.0)), average_decay=0.0)
    train(still, films, tmp_path / "two", "none")
    one = replace(small_recipe, phases=(Phase(1, 1e-3),), average_decay=0.0)
    train(one, films, tmp_path / "one", "none")
    two = keras.saving.load_model(tmp_path / "two" / "network.keras", compile=False)
    one = keras.saving.load_model(tmp_path / "one" / "network.keras", compile=False)
    # At a learning rate of 0 the second phase leaves every kernel where the first left it.
    np.testing.assert_array_equal(two.layers[-1].get_weights()[0], one.layers[-1].get_weights()[0])


def test_a_run_cut_short_for_trial_is_not_all_warm_up(small_recipe, films, tmp_path) -> None:
    for name, warm_up_steps in (("long", 1000), ("none", 0)):
        recipe = replace(small_recipe, phases=(Phase(1, 1e-3, warm_up_steps=warm_up_steps),))
        train(recipe, films, tmp_path / name, "none")
    for now, then in zip(_weights(tmp_path / "long"), _weights(tmp_path / "none"), strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_run_becomes_a_bundle_that_both_engines_run(finished, films, tmp_path) -> None:
    out = tmp_path / "models" / "small"
    export(finished, out)
    bundle = load_bundle(out)
    assert {path.name for path in out.iterdir()} == {
        "model.keras",
        "model.tflite",
        "metadata.json",
        "evaluation.json",
        "MODEL_CARD.md",
        "LICENSE",
    }
    assert [path.name for path in out.parent.iterdir()] == ["small"]
    assert {entry.name: entry.films for entry in bundle.metadata.training_data} == {"east": 8, "west": 6}
    chosen = of_split(films, "test")[::5]
    batch = network_input([load_film(s.path, bundle.input_spec) for s in chosen], bundle.input_spec)
    network = keras.saving.load_model(finished / "network.keras", compile=False)
    logits = network.predict_on_batch(batch)
    for name in ("litert", "keras"):
        engine = open_engine(name, bundle)
        np.testing.assert_allclose(engine.run(batch).logits, logits, atol=1e-4)
    card = (out / "MODEL_CARD.md").read_text()
    assert "Not for diagnosis" in card
    with pytest.raises(RunError, match="not to exist"):
        export(finished, out)
    export(finished, out, replace=True)


def test_a_bundle_scores_as_its_evaluation_says(finished, films, tmp_path) -> None:
    export(finished, tmp_path / "small")
    bundle = load_bundle(tmp_path / "small")
    evaluation = json.loads((tmp_path / "small" / "evaluation.json").read_text())
    again = assess_bundle(bundle, open_engine("litert", bundle), films).evaluation
    assert again["overall"]["accuracy"]["value"] == evaluation["overall"]["accuracy"]["value"]
    assert again["confusion"] == evaluation["confusion"]


def test_heads_with_hidden_layers_export_too(small_recipe, films, tmp_path) -> None:
    head = replace(small_recipe.architecture.head, hidden=(HiddenLayer(16, 0.3),))
    recipe = replace(
        small_recipe,
        architecture=replace(small_recipe.architecture, head=head),
        phases=(Phase(1, 1e-3),),
        regression_start=None,
    )
    train(recipe, films, tmp_path / "run", "none")
    assess_run(tmp_path / "run", films)
    export(tmp_path / "run", tmp_path / "bundle")
    bundle = load_bundle(tmp_path / "bundle")
    films_in = network_input([load_film(films[0].path, bundle.input_spec)], bundle.input_spec)
    one, other = (open_engine(name, bundle).run(films_in) for name in ("litert", "keras"))
    np.testing.assert_allclose(one.heatmaps, other.heatmaps, atol=1e-3 * max(other.heatmaps.max(), 1e-6))


def test_an_export_needs_an_evaluation(finished, tmp_path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    (run / "fitted.json").unlink()
    with pytest.raises(RunError, match="evaluate"):
        export(run, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_the_average_follows_the_weights_and_gives_them_back() -> None:
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    average = WeightAverage(0.9)
    average.set_model(network)
    expected = None
    for step in range(1, 60):
        network.set_weights([np.array([[float(step)]], np.float32)])
        average.on_train_batch_end(step)
        decay = min(0.9, (1 + step) / (10 + step))
        expected = float(step) if expected is None else decay * expected + (1 - decay) * step
    with average.applied_to(network):
        assert network.get_weights()[0][0, 0] == pytest.approx(expected, rel=1e-5)
    assert network.get_weights()[0][0, 0] == 59.0


def test_the_command_line(manifest, tmp_path, capsys) -> None:
    assert main(["recipes"]) == 0
    assert "cxr_mobilenetv2" in capsys.readouterr().out
    arguments = ["train", "cxr_mobilenetv2", "--data", str(manifest), "--out", str(tmp_path / "run")]
    assert main([*arguments, "--backbone-weights", "none"]) == 1
    assert "there are none for" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert main(["evaluate", str(tmp_path), "--data", str(manifest)]) == 1
    assert "expected a run" in capsys.readouterr().err


def test_every_recipe_is_consistent() -> None:
    assert "cxr_mobilenetv2" in recipe_names()
    for name in recipe_names():
        recipe = load_recipe(name)
        assert recipe.name == name
        if recipe.cells:
            assert {cell.label for cell in recipe.cells} == set(recipe.findings)
        if recipe.findings and not recipe.architecture.members:
            assert recipe.architecture.head.logits in (1, len(recipe.findings))
        assert {finding for _, finding in recipe.aliases} <= set(recipe.findings)
        assert set(recipe.architecture.members) <= set(recipe_names())
        assert {source for source, _ in recipe.card.collections} == {cell.source for cell in recipe.cells}
