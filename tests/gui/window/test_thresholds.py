"""Other thresholds and another level decide the list and the panel anew, without the network, and are kept."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from cxrviewer.gui.preferences.thresholds_dialog import ThresholdsDialog
from cxrviewer.inference.bundle import Bundle
from cxrviewer.results.chosen_thresholds import ChosenThresholds, choose_threshold, load_thresholds, save_thresholds
from cxrviewer.results.store import default_store_path
from cxrviewer.results.study_list import film_analysis
from tests.films import write_png
from tests.fitted_bundle import write_fitted_bundle
from tests.gui.window.bench import Bench

Button = QDialogButtonBox.StandardButton


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return write_fitted_bundle(tmp_path_factory.mktemp("bundles") / "fitted")


@pytest.fixture
def bench(bench_of: Callable[..., Bench], fitted: Bundle, tmp_path: Path) -> Bench:
    paths = [write_png(tmp_path / f"film{side}.png", side, seed=side) for side in (200, 208, 216)]
    bench = bench_of(bundle=str(fitted.folder))
    bench.drop(paths)
    bench.until(lambda: bench.model.rowCount() == len(paths))
    bench.until_done()
    bench.go_to("film208.png")
    return bench


def open_dialog(bench: Bench) -> ThresholdsDialog:
    bench.trigger("program.thresholds")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ThresholdsDialog)
    return dialog


def press(dialog: ThresholdsDialog, button: Button) -> None:
    QTest.mouseClick(dialog.buttons.button(button), Qt.MouseButton.LeftButton)


def analyses(bench: Bench) -> list:
    bench.model.tell_changes()
    numbers = [bench.listed(row).identifier for row in range(bench.model.rowCount())]
    return [film_analysis(bench.session.store, number) for number in numbers]


def test_a_choice_changes_words_bars_and_list_and_runs_no_network(bench: Bench, fitted: Bundle) -> None:
    before = analyses(bench)
    dialog = open_dialog(bench)
    row = dialog.rows["NORMAL"]
    row.target.setCurrentIndex(row.target.findData("sensitivity"))
    row.at_least.setValue(100.0)
    assert "sensitivity 1.000" in row.trade_off.said
    dialog.level.setValue(99)
    press(dialog, Button.Ok)
    bench.until(lambda: not bench.session.is_redeciding)
    bench.until(lambda: [a.prediction.level for a in analyses(bench)] == [0.99] * 3)
    bench.until(lambda: [bench.listed(row).level for row in range(3)] == [0.99] * 3)
    chosen = bench.session.chosen.by_finding["NORMAL"].probability
    assert chosen == fitted.metadata.operating_curves["NORMAL"].probabilities[0]
    for was, now in zip(before, analyses(bench), strict=True):
        assert was.analysed_at == now.analysed_at
        assert was.prediction.logits.tobytes() == now.prediction.logits.tobytes()
        assert now.prediction.thresholds[0] == chosen
        assert set(was.prediction.prediction_set) <= set(now.prediction.prediction_set)
        film = next(film for film in map(bench.listed, range(3)) if str(film.path) == now.path)
        assert film.level == 0.99
        assert film.prediction_set == now.prediction.prediction_set
        assert film.uncertain == (len(now.prediction.prediction_set) != 1)
    bench.until(lambda: "At 99 %" in bench.panels.result.explanation.said)
    assert "Your thresholds apply: NORMAL" in bench.panels.result.explanation.said
    assert bench.panels.result.bars["NORMAL"].value.threshold.probability == chosen
    bench.check_one_film()


def test_a_choice_is_there_after_a_restart_and_can_be_taken_back(bench: Bench, fitted: Bundle) -> None:
    dialog = open_dialog(bench)
    dialog.rows["COVID19"].target.setCurrentIndex(2)
    dialog.rows["COVID19"].at_least.setValue(90.0)
    dialog.level.setValue(85)
    press(dialog, Button.Apply)
    assert dialog.isVisible()
    press(dialog, Button.Cancel)
    bench.restart(bundle=str(fitted.folder))
    assert load_thresholds(fitted, bench.home / "thresholds.json").chosen == bench.session.chosen
    dialog = open_dialog(bench)
    assert dialog.rows["COVID19"].target.currentData() == "specificity"
    assert (dialog.rows["COVID19"].at_least.value(), dialog.level.value()) == (90.0, 85.0)
    press(dialog, Button.RestoreDefaults)
    press(dialog, Button.Ok)
    bench.until(lambda: [a.prediction.level for a in analyses(bench)] == [0.9] * 3)
    assert {a.prediction.thresholds for a in analyses(bench)} == {None}
    assert json.loads((bench.home / "thresholds.json").read_text())["bundles"] == []
    assert not default_store_path().with_name("thresholds.json").exists()


def test_a_target_that_no_threshold_reaches_cannot_be_saved(bench: Bench, fitted: Bundle) -> None:
    dialog = open_dialog(bench)
    highest = max(point.specificity for point in fitted.metadata.operating_curves["PNEUMONIA"].points)
    row = dialog.rows["PNEUMONIA"]
    row.target.setCurrentIndex(row.target.findData("specificity"))
    row.at_least.setValue(100.0)
    reached = highest == 1.0
    assert dialog.buttons.button(Button.Ok).isEnabled() == reached
    assert ("No threshold reaches" in row.trade_off.said) == (not reached)
    row.at_least.setValue(90.0)
    assert dialog.buttons.button(Button.Ok).isEnabled()
    press(dialog, Button.Cancel)
    assert bench.session.chosen.by_finding == {}


def test_thresholds_of_another_version_are_named_and_not_used(bench: Bench, tmp_path: Path) -> None:
    dialog = open_dialog(bench)
    dialog.rows["NORMAL"].target.setCurrentIndex(1)
    press(dialog, Button.Ok)
    newer = write_fitted_bundle(tmp_path / "newer", version="0.9.1")
    bench.restart(bundle=str(newer.folder))
    assert bench.session.chosen.by_finding == {}
    (notice,) = bench.notices.notices
    assert "were chosen for another version of it (0.9.0) and are not used" in notice.text


def test_a_bundle_without_curves_and_sets_says_so(bench: Bench, fitted: Bundle, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(fitted.folder, older)
    content = json.loads((older / "metadata.json").read_text("utf-8"))
    del content["conformal"], content["operating_curves"]
    (older / "metadata.json").write_text(json.dumps(content), "utf-8")
    bench.restart(bundle=str(older))
    dialog = open_dialog(bench)
    assert not dialog.level.isEnabled()
    assert not any(row.target.isEnabled() for row in dialog.rows.values())
    press(dialog, Button.Cancel)


def test_what_the_command_line_kept_meanwhile_decides_the_list_at_the_start(bench: Bench, fitted: Bundle) -> None:
    bench.close()
    curve = fitted.metadata.operating_curves["NORMAL"]
    kept = ChosenThresholds(fitted.identity, {"NORMAL": choose_threshold(curve, sensitivity=1.0)})
    save_thresholds(kept, bench.home / "thresholds.json")
    bench.start(bundle=str(fitted.folder))
    bench.until(lambda: all(a.prediction.thresholds is not None for a in analyses(bench)))
    assert {a.prediction.thresholds[0] for a in analyses(bench)} == {curve.probabilities[0]}
