"""Agreement counts the altered versions that the network calls the same, whatever the film."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.inference.agreement import ALTERATIONS, DEGREES, SHIFT, agreement, altered_inputs
from cxrviewer.inference.decision import calibrated_probabilities, decide
from cxrviewer.inference.engine import EngineOutput

SIDE = 100


def square() -> np.ndarray:
    """A bright square off the middle on black, (100, 100, 3)."""
    film = np.zeros((SIDE, SIDE, 3), np.float32)
    film[20:40, 60:80] = 1
    return film


def centre(film: np.ndarray) -> tuple[float, float]:
    down, right = np.nonzero(film[..., 0] > 0.5)
    return float(right.mean()), float(down.mean())


def test_each_version_is_what_its_name_says() -> None:
    versions = altered_inputs(square())
    assert versions.shape == (len(ALTERATIONS), SIDE, SIDE, 3)
    assert versions.dtype == np.float32
    right, down = centre(square())
    step = SHIFT * SIDE
    expected = [(SIDE - 1 - right, down), (right + step, down), (right - step, down)]
    expected += [(right, down + step), (right, down - step)]
    np.testing.assert_allclose([centre(version) for version in versions[:5]], expected, atol=1e-6)
    # About the middle: positive degrees turn to the left, so that what is up and right of it goes up and to the left.
    x, y, angle = right - 49.5, 49.5 - down, np.deg2rad(DEGREES)
    for version, turn in ((versions[5], angle), (versions[6], -angle)):
        at = (49.5 + x * np.cos(turn) - y * np.sin(turn), 49.5 - (x * np.sin(turn) + y * np.cos(turn)))
        np.testing.assert_allclose(centre(version), at, atol=0.5)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_film_of_one_grey_stays_as_it_is_up_to_its_borders(channels: int) -> None:
    film = np.full((64, 48, channels), -0.3, np.float32)
    np.testing.assert_allclose(altered_inputs(film), np.broadcast_to(film, (len(ALTERATIONS), *film.shape)), atol=1e-6)


class Scripted:
    """An engine that answers with logits made beforehand."""

    def __init__(self, bundle, logits) -> None:
        self.bundle, self.logits = bundle, np.array(logits, np.float32)

    def run(self, batch) -> EngineOutput:
        assert len(batch) == len(self.logits)
        return EngineOutput(self.logits, np.zeros((len(batch), 7, 7, 3), np.float32), np.zeros((len(batch), 4)))


def test_the_same_finding_is_counted_and_the_largest_change_is_told(bundle) -> None:
    own = np.array([0.0, 2.0, 1.0], np.float32)
    answers = np.tile(own, (7, 1))
    answers[2] = (3.0, 2.0, 0.0)
    answers[5] = (0.0, 2.0, 2.5)
    found = agreement(Scripted(bundle, answers), square(), decide(bundle.metadata, own, np.zeros(4, np.float32)))
    temperature = bundle.metadata.calibration.temperature
    changes = calibrated_probabilities(answers, temperature)[:, 1] - calibrated_probabilities(own, temperature)[1]
    assert (found.passes, found.same) == (7, 5)
    assert found.spread == pytest.approx(np.abs(changes).max())


def test_real_films_mostly_stand(test_films, bundle, litert) -> None:
    """The figures of 60 test films: the network was trained with such variations, and most of its answers stand."""
    shares = []
    for film in test_films:
        output = litert.run(film[None])
        found = agreement(litert, film, decide(bundle.metadata, output.logits[0], output.features[0]))
        assert 0 <= found.same <= found.passes == len(ALTERATIONS)
        assert 0 <= found.spread <= 1
        shares.append(found.same / found.passes)
    assert np.mean(shares) > 0.9


def test_nobody_who_did_not_ask_for_it_gets_it(bundle, litert) -> None:
    from cxrviewer.analysis.analyze import AnalysisSettings, analyze_radiograph
    from cxrviewer.classifier import radiograph_from_array

    film = radiograph_from_array(np.random.default_rng(1).random((128, 128)))
    settings = AnalysisSettings(show_out_of_scope=True)  # noise is no radiograph
    assert analyze_radiograph(film, bundle, litert, settings).agreement is None
    found = analyze_radiograph(film, bundle, litert, replace(settings, agreement=True)).agreement
    assert found is not None
    assert found.passes == 7
