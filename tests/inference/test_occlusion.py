"""Occlusion sensitivity: a network whose evidence is known, the patch itself, and the agreement with a heatmap."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from cxrviewer.domain import Analysis, Heatmap, ModelIdentity, Placement
from cxrviewer.inference.bundle import Bundle, load_bundle
from cxrviewer.inference.decision import decide
from cxrviewer.inference.engine import EngineOutput
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.explanation import Explanation
from cxrviewer.inference.occlusion import CELLS, PATCH, agreement_with, occluded_logits, occlusion_sensitivity
from cxrviewer.results.sentences import explanations_agree
from tests.conftest import CHECKOUT

SIDE = 224
SPOT = np.s_[32:64, 160:192]  # rows 2 and 3, columns 10 and 11 of the cells


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(CHECKOUT / "models" / "cxr_mobilenetv2")


@dataclass
class Spotted:
    """An engine whose second finding is how bright one spot is, and whose first one is how dark."""

    bundle: Bundle
    name = "litert"
    device = "none"
    inputs: list[np.ndarray] = field(default_factory=list)

    def run(self, batch: np.ndarray) -> EngineOutput:
        self.inputs += list(batch)
        spot = batch[(slice(None), *SPOT, 0)].mean(axis=(1, 2))
        logits = np.stack([-spot, spot, np.zeros_like(spot)], axis=1).astype(np.float32)
        return EngineOutput(logits, np.zeros((len(batch), 7, 7, 3), np.float32), np.zeros((len(batch), 4), np.float32))


def film() -> np.ndarray:
    pixels = np.random.default_rng(1).uniform(-1, 0, (SIDE, SIDE, 3)).astype(np.float32)
    pixels[SPOT] = 1.0
    return pixels


def test_the_logit_falls_where_the_evidence_is(bundle: Bundle) -> None:
    engine = Spotted(bundle)
    told: list[tuple[int, int]] = []
    maps = occlusion_sensitivity(engine, film(), lambda done, total: told.append((done, total)))
    assert maps.drops.shape == (CELLS, CELLS, 3)
    assert maps.drops.dtype == np.float32
    assert told == [(row + 1, CELLS) for row in range(CELLS)]
    assert len(engine.inputs) == CELLS * CELLS + 1
    speaks = maps.evidence("PNEUMONIA") > 1e-4
    touched = np.zeros((CELLS, CELLS), bool)
    touched[1:5, 9:13] = True  # the patch reaches half a cell beyond its own
    assert np.array_equal(speaks, touched)
    assert maps.evidence("NORMAL").max() < 1e-6  # to hide the bright spot speaks for it, not against
    assert np.allclose(maps.drops[..., 0], -maps.drops[..., 1])


def test_the_patch_is_grey_and_the_rest_of_the_film_stays(bundle: Bundle) -> None:
    engine, pixels = Spotted(bundle), film()
    occluded_logits(engine, pixels, 5)
    for column, seen in enumerate(engine.inputs):
        changed = (seen != pixels).any(axis=-1)
        assert np.unique(seen[changed]).size == 1
        assert seen[changed][0, 0] == pytest.approx(pixels.mean(), abs=1e-6)
        rows, columns = (np.nonzero(changed.any(axis=axis))[0] for axis in (1, 0))
        assert (rows[0], rows[-1] + 1) == (72, 104)
        expected = 16 * PATCH if 0 < column < CELLS - 1 else 24
        assert columns[-1] + 1 - columns[0] == expected
    assert np.array_equal(pixels, film())


def test_what_the_callback_raises_ends_the_passes(bundle: Bundle) -> None:
    engine = Spotted(bundle)

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        occlusion_sensitivity(engine, film(), stop)
    assert len(engine.inputs) == 3 * CELLS


def test_agreement_is_that_of_ranks_on_the_heatmaps_grid() -> None:
    heatmap = np.arange(49, dtype=np.float32).reshape(7, 7)
    fine = np.repeat(np.repeat(heatmap**2, 2, axis=0), 2, axis=1)
    assert agreement_with(fine, heatmap) == pytest.approx(1.0)
    assert agreement_with(fine[::-1, ::-1].copy(), heatmap) == pytest.approx(-1.0)
    assert agreement_with(np.zeros((CELLS, CELLS), np.float32), heatmap) is None
    finer = np.arange(28 * 28, dtype=np.float32).reshape(28, 28)
    assert agreement_with(fine, finer) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("correlation", "code"),
    [(0.9, "explanations-agree"), (0.6, "explanations-agree"), (0.59, "explanations-agree-partly"),
     (0.29, "explanations-differ"), (-1.0, "explanations-differ"), (None, "explanations-not-compared")],
)  # fmt: skip
def test_the_agreement_has_words(correlation: float | None, code: str) -> None:
    said = explanations_agree(correlation)
    assert said.code == code
    assert correlation is None or f"{correlation:.2f}" in str(said)


def test_the_shipped_network_is_explained_twice(bundle: Bundle) -> None:
    """The maps are placed as the Grad-CAM is, and are those of the pictured finding."""
    engine = open_engine("litert", bundle)
    pixels = film()
    output = engine.run(pixels[np.newaxis])
    maps = occlusion_sensitivity(engine, pixels)
    placement = Placement(0, 0, SIDE, SIDE, SIDE, SIDE, SIDE, SIDE)
    findings = bundle.metadata.findings
    shown = tuple(Heatmap(name, output.heatmaps[0, :, :, at], placement) for at, name in enumerate(findings))
    prediction = decide(bundle.metadata, output.logits[0], output.features[0])
    analysis = Analysis(
        "", "", "ok", ModelIdentity("", "", ""), "litert", "", 0.0, "", prediction=prediction, heatmaps=shown
    )
    explanation = Explanation(analysis, maps)
    assert [heatmap.method for heatmap in explanation.heatmaps()] == ["occlusion sensitivity"] * 3
    for heatmap in explanation.heatmaps():
        assert heatmap.placement is placement
        assert heatmap.grid.min() >= 0
        correlation = explanation.agreement(heatmap.finding)
        assert correlation is None or -1 <= correlation <= 1
    assert Explanation(analysis, None).heatmaps() == ()
    assert Explanation(analysis, None).agreement(prediction.predicted) is None
