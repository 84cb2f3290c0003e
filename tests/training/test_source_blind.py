"""A last layer that is blind to hospitals: what tells a label's sources apart is no evidence for it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from training.__main__ import main
from training.data import Sample
from training.recipe import Cell, SourceBlindHead
from training.source_blind import fit_head

FINDINGS = ("NORMAL", "PNEUMONIA")
CELLS = (Cell("NORMAL", "east", 100), Cell("NORMAL", "west", 20), Cell("PNEUMONIA", "east", 100))
OPEN, BLIND = (SourceBlindHead(nuisance=nuisance, components=3) for nuisance in (0.0, 1000.0))


def _films(label: str, source: str, number: int) -> list[Sample]:
    return [Sample(Path(f"{n}.png"), label, "train", f"{n}", source, "", "", "", n) for n in range(number)]


def _features(films: Sequence[Sample], rng: np.random.Generator) -> np.ndarray:
    """The finding is in the first feature, the hospital, more strongly, in the second; the third is noise."""
    finding = np.array([film.label == "PNEUMONIA" for film in films], float)
    hospital = np.array([film.source == "west" for film in films], float)
    signal = np.stack([finding * 3.0, hospital * 6.0, np.zeros(len(films))], axis=1)
    return (signal + rng.normal(size=signal.shape)).astype(np.float32)


@pytest.fixture
def fitted() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Heads for films of which those with PNEUMONIA were taken in the hospital of few normal ones."""
    films = _films("NORMAL", "east", 300) + _films("NORMAL", "west", 60) + _films("PNEUMONIA", "west", 300)
    cells = (CELLS[0], CELLS[1], Cell("PNEUMONIA", "west", 120))
    features = _features(films, np.random.default_rng(0))
    heads = {"open": OPEN, "blind": BLIND}
    return {name: fit_head(features, films, FINDINGS, cells, settings) for name, settings in heads.items()}


def _recall(head: tuple[np.ndarray, np.ndarray], label: str, source: str) -> float:
    kernel, bias = head
    films = _films(label, source, 400)
    logits = _features(films, np.random.default_rng(1)) @ kernel + bias
    return float((logits.argmax(axis=1) == FINDINGS.index(label)).mean())


def test_the_hospital_is_evidence_to_a_plain_discriminant_and_not_to_this_one(fitted) -> None:
    assert _recall(fitted["open"], "NORMAL", "west") < 0.75
    assert _recall(fitted["open"], "PNEUMONIA", "east") < 0.4  # a hospital that had none in training
    for label, source in (("NORMAL", "west"), ("PNEUMONIA", "east"), ("NORMAL", "east"), ("PNEUMONIA", "west")):
        assert _recall(fitted["blind"], label, source) > 0.8, (label, source)


def test_it_is_the_discriminant_of_scikit_learn_where_there_is_one_source() -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    rng = np.random.default_rng(2)
    films = _films("NORMAL", "east", 80) + _films("PNEUMONIA", "east", 40)
    features = (_features(films, rng) @ rng.normal(size=(3, 3))).astype(np.float32)
    settings = SourceBlindHead(nuisance=7.0, shrinkage=0.0, components=3)
    kernel, bias = fit_head(features, films, FINDINGS, (), settings)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", priors=(0.5, 0.5))
    # As often as another label's films: the weights here are a repetition there.
    theirs.fit(np.vstack([features, features[80:]]), [film.label for film in [*films, *films[80:]]])
    logits = features @ kernel + bias
    expected = theirs.decision_function(features)
    np.testing.assert_allclose(logits[:, 1] - logits[:, 0], expected, rtol=1e-3, atol=1e-3)


def test_a_feature_that_never_varies_counts_nothing() -> None:
    films = _films("NORMAL", "east", 30) + _films("PNEUMONIA", "east", 30)
    features = _features(films, np.random.default_rng(3))
    dead = np.hstack([features, np.full((60, 2), 4.0, np.float32)])
    kernel, bias = fit_head(dead, films, FINDINGS, (), OPEN)
    assert np.isfinite(kernel).all()
    assert np.isfinite(bias).all()
    np.testing.assert_allclose(kernel[3:], 0.0, atol=1e-5)


def test_a_network_with_one_logit_is_refused_before_anything_is_written(manifest, tmp_path, capsys) -> None:
    run = tmp_path / "run"
    data = ["--data", str(manifest), "--ignore-other-labels", "--out", str(run)]
    assert main(["train", "covid_mobilenetv2", *data, "--backbone-weights", "none", "--source-blind"]) == 1
    assert "a logit for each of 2 findings" in capsys.readouterr().err
    assert not run.exists()
