"""The second explanation of a film: run on request, cancelled, shown beside Grad-CAM, and gone with another result."""

from dataclasses import replace

import numpy as np

from cxrviewer.analysis.lung_evidence import share_inside
from cxrviewer.domain import Heatmap
from tests.gui.window.bench import Bench

FILM, OTHER, REFUSED = "film200.png", "film216.png", "notes256.txt"


def shown(bench: Bench) -> Heatmap:
    return next(h for h in bench.canvas._heatmaps if h.finding == bench.viewer.film.analysis.prediction.predicted)


def explained(bench: Bench) -> None:
    bench.trigger("heatmap.occlusion")
    bench.until(lambda: bench.viewer.explanation is not None, 60)  # some 200 passes, be the machine as busy as it may


def test_the_film_is_explained_on_request_and_both_methods_can_be_shown(listed: Bench) -> None:
    box, method = listed.panels.heatmap.occlusion, listed.panels.heatmap.method_choice
    listed.until(lambda: listed.viewer.film.analysis is not None)
    assert not method.isEnabled()
    assert box.button.isEnabled()
    steps: list[tuple[int, int]] = []
    listed.window.explaining._explainer.progressed.connect(lambda done, total: steps.append((done, total)))
    box.button.click()
    assert box.progress.isVisibleTo(listed.panels.heatmap)
    assert not listed.action("heatmap.occlusion").isEnabled()
    listed.until(lambda: listed.viewer.explanation is not None)
    assert [done for done, _ in steps] == list(range(1, 15))
    assert method.isEnabled()
    assert method.currentData() == "occlusion sensitivity"
    assert shown(listed).method == "occlusion sensitivity"
    assert shown(listed).grid.shape == (14, 14)
    assert not box.progress.isVisibleTo(listed.panels.heatmap)
    assert "rank correlation" in box.words.text() or "cannot be compared" in box.words.text()
    method.setCurrentIndex(0)
    stored = listed.viewer.film.analysis
    assert any(shown(listed) is heatmap for heatmap in stored.heatmaps)
    assert listed.notices.notices == ()


def test_a_film_without_one_shows_grad_cam_and_says_so(listed: Bench) -> None:
    explained(listed)
    listed.go_to(OTHER)
    listed.until(lambda: not listed.panels.heatmap.method_choice.isEnabled())
    assert listed.panels.heatmap.method_choice.currentData() == "Grad-CAM"
    assert shown(listed).method == "Grad-CAM"
    assert listed.panels.heatmap.occlusion.words.text() == ""
    listed.go_to(FILM)
    listed.until(listed.panels.heatmap.method_choice.isEnabled)
    assert shown(listed).method == "occlusion sensitivity"
    listed.go_to(REFUSED)
    listed.until(lambda: not listed.panels.heatmap.occlusion.button.isEnabled())
    assert not listed.action("heatmap.occlusion").isEnabled()


def test_it_is_cancelled_and_leaves_nothing_behind(listed: Bench) -> None:
    box = listed.panels.heatmap.occlusion
    listed.trigger("heatmap.occlusion")
    box.button.click()
    assert box.button.isEnabled()
    assert listed.action("heatmap.occlusion").isEnabled()
    assert listed.window.explaining._explainer.number is None
    listed.qtbot.wait(300)
    assert listed.viewer.explanation is None
    listed.trigger("heatmap.occlusion")  # the window closes while this one runs


def test_the_maps_are_those_of_the_film_and_go_with_another_result(listed: Bench) -> None:
    explained(listed)
    first = listed.viewer.explanation
    listed.trigger("heatmap.occlusion")
    listed.until(lambda: listed.viewer.explanation is not first)
    again = listed.viewer.explanation
    assert np.array_equal(again.maps.drops, first.maps.drops)
    film = listed.viewer.film
    other = replace(first, analysis=replace(first.analysis, sha256="0" * 64))
    listed.viewer.keep_explanation(film.number, other)
    assert listed.viewer.explanation is None
    assert shown(listed).method == "Grad-CAM"


def test_the_line_on_the_lungs_is_of_the_heatmap_that_is_shown(listed: Bench) -> None:
    line, method = listed.panels.result.lungs, listed.panels.heatmap.method_choice
    explained(listed)
    analysis, explanation = listed.viewer.film.analysis, listed.viewer.explanation
    assert analysis.lungs is not None
    for finding, occlusion in zip(analysis.prediction.findings, explanation.heatmaps(), strict=True):
        listed.panels.result.bars[finding].click()
        method.setCurrentIndex(1)
        share = share_inside(occlusion, analysis.lungs.mask, analysis.lungs.placement)
        of_occlusion = f"Occlusion sensitivity for {finding} inside the lungs: {100 * (share or 0):.0f}"
        assert line.said.startswith("lungs " if share is None else of_occlusion)
        method.setCurrentIndex(0)
        assert line.said.startswith((f"Heatmap for {finding} inside the lungs", "lungs "))
    method.setCurrentIndex(1)
    listed.go_to(OTHER)
    assert not line.said.startswith("Occlusion")  # this film has none
