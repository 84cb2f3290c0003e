"""The result panel says in words what came of a film, shows every probability with its threshold, and looks right."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, LungEvidence, ModelIdentity, Placement, Prediction
from cxrviewer.gui.panels.finding_bar import FindingThreshold
from cxrviewer.gui.panels.result_panel import ResultPanel, shown_thresholds
from cxrviewer.gui.panels.words import headline, probability_words, short_reason
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.results.dicom.stored_result import StoredFinding, StoredResult
from cxrviewer.results.uncertainty import uncertain_words
from cxrviewer.results.words import verdict
from tests.gui.pictures import assert_looks_as_golden, picture_of, themed, unlike

THRESHOLDS = {
    "NORMAL": FindingThreshold(0.57, "sensitivity of at least 0.95"),
    "PNEUMONIA": FindingThreshold(0.40, "sensitivity of at least 0.95"),
    "COVID19": FindingThreshold(0.55, "sensitivity of at least 0.95"),
}
MODEL = ModelIdentity("cxr_mobilenetv2", "0.1.0", "0123456789abcdef" * 4)


def film(normal: float, pneumonia: float, covid: float, warnings: tuple[str, ...] = ()) -> Analysis:
    findings = ("NORMAL", "PNEUMONIA", "COVID19")
    probabilities = np.array([normal, pneumonia, covid], np.float32)
    flagged = tuple(f for f, p in zip(findings, probabilities, strict=True) if p >= THRESHOLDS[f].probability)
    prediction = Prediction(
        findings, np.log(probabilities), probabilities, np.zeros(4, np.float32),
        findings[int(probabilities.argmax())], flagged,
    )  # fmt: skip
    return Analysis(
        "/films/synthetic.dcm", "c" * 64, "ok", MODEL, "litert", "0.1.0", 35.2, "2026-01-02T03:04:05.678+01:00",
        prediction=prediction, window="window centre 2048, width 4096, LINEAR", warnings=warnings,
    )  # fmt: skip


CERTAIN = film(0.02, 0.93, 0.05)
UNCERTAIN = film(0.01, 0.43, 0.56, ("the header does not say which body part this is",))
UNFLAGGED = film(0.40, 0.35, 0.25)
REFUSED = replace(
    CERTAIN,
    prediction=None,
    status="refused",
    code="view",
    message="expected a frontal view (PA or AP), got LL. Give the frontal radiograph of the study.",
    path="/films/a-rather-long-folder-name/of-a-study-that-nobody-would-want-to-type/1.2.840.113619.2.55.3.dcm",
    window="",
)
BROKEN = replace(REFUSED, status="error", code="corrupt", message="the JPEG data end after 40 of 128 lines.", sha256="")


@pytest.fixture
def panel(qtbot) -> ResultPanel:
    made = ResultPanel()
    qtbot.addWidget(made)
    made.resize(320, 600)
    made.show()
    return made


def test_in_english_the_words_are_those_of_the_command_line_and_the_tables(qapp) -> None:
    assert headline(CERTAIN) == verdict(CERTAIN) == "PNEUMONIA 0.93"
    assert headline(UNCERTAIN) == uncertain_words(UNCERTAIN.prediction) == "uncertain: COVID19 or PNEUMONIA"
    assert headline(UNFLAGGED) == uncertain_words(UNFLAGGED.prediction) == "uncertain: NORMAL below its threshold"
    assert headline(REFUSED) == "refused: not a frontal view"
    assert headline(BROKEN) == "error: the file is damaged"


def test_every_code_of_a_file_has_a_short_reason(qapp) -> None:
    from cxrviewer import errors

    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    for error in below(errors.ReadingError) | below(errors.RefusedError) | below(errors.WorkerError):
        assert short_reason(error.code) != error.code, error.code
    assert short_reason("internal") == "a fault of this program"


def test_a_number_never_claims_more_certainty_than_there_is() -> None:
    said = [probability_words(p) for p in (0.0, 0.001, 0.0051, 0.934, 0.9949, 0.9951, 1.0)]
    assert said == ["0.00", "< 0.01", "0.01", "0.93", "0.99", "> 0.99", "1.00"]


def test_a_result_has_a_bar_for_each_finding_its_threshold_in_words_and_its_origin(panel, qtbot) -> None:
    panel.show_analysis(CERTAIN, THRESHOLDS)
    assert panel.headline.said == "PNEUMONIA 0.93"
    assert [bar.accessibleName() for bar in panel.bars.values()] == [
        "NORMAL, probability 0.02, below threshold 0.57",
        "PNEUMONIA, probability 0.93, threshold 0.40 reached",
        "COVID19, probability 0.05, below threshold 0.55",
    ]
    assert "sensitivity of at least 0.95" in panel.explanation.said
    said = panel.as_text()
    for expected in ("cxr_mobilenetv2", "0.1.0", MODEL.sha256, "litert", "35 ms", "2026-01-02 02:04:05 UTC"):
        assert expected in said
    assert said.endswith(NOT_FOR_DIAGNOSIS)
    assert MODEL.sha256 not in panel.origin.sha256.said
    panel.origin.copy_hash.click()
    assert QGuiApplication.clipboard().text() == MODEL.sha256


def test_pressing_a_bar_asks_for_its_heatmap(panel, qtbot) -> None:
    panel.show_analysis(CERTAIN, THRESHOLDS)
    assert [bar.isChecked() for bar in panel.bars.values()] == [False, True, False]
    with qtbot.waitSignal(panel.finding_chosen) as chosen:
        qtbot.mouseClick(panel.bars["COVID19"], Qt.MouseButton.LeftButton)
    assert chosen.args == ["COVID19"]
    panel.bars["NORMAL"].setFocus()
    with qtbot.waitSignal(panel.finding_chosen) as chosen:
        qtbot.keyClick(panel.bars["NORMAL"], Qt.Key.Key_Space)
    assert chosen.args == ["NORMAL"]
    assert [bar.isChecked() for bar in panel.bars.values()] == [True, False, False]
    qtbot.keyClick(panel.bars["NORMAL"], Qt.Key.Key_Space)  # again: it stays the one that is shown
    assert panel.bars["NORMAL"].isChecked()


def test_a_refusal_says_why_and_its_details_can_be_opened_and_copied(panel, qtbot) -> None:
    panel.show_analysis(REFUSED, THRESHOLDS)
    assert panel.bars == {}
    assert panel.explanation.said == REFUSED.message
    assert not panel.details.isVisible()
    panel.show_details.click()
    assert panel.details.isVisible()
    panel.copy_details.click()
    copied = QGuiApplication.clipboard().text()
    for expected in ("refused", "view", REFUSED.message, REFUSED.path, REFUSED.sha256):
        assert expected in copied
    panel.show_analysis(CERTAIN, THRESHOLDS)
    assert not panel.details.isVisible()
    assert not panel.show_details.isVisible()


def test_before_a_result_the_panel_says_what_it_waits_for(panel) -> None:
    panel.show_analysis(UNCERTAIN, THRESHOLDS)
    for show, expected in (
        (panel.show_nothing, "No film is open"),
        (lambda: panel.show_waiting("one.png"), "Waiting"),
        (lambda: panel.show_running("one.png"), "Running"),
    ):
        show()
        assert panel.headline.said == expected
        assert panel.bars == {}
        assert not panel.warnings.isVisible()
        assert not panel.origin.isVisible()
        assert NOT_FOR_DIAGNOSIS in panel.as_text()


def test_without_the_bundle_the_bars_still_say_whether_thresholds_were_reached(panel) -> None:
    panel.show_analysis(CERTAIN)
    assert panel.bars["PNEUMONIA"].threshold_words() == "threshold reached"
    assert panel.bars["NORMAL"].threshold_words() == "threshold not reached"


def test_the_shipped_bundle_gives_a_threshold_for_every_finding() -> None:
    bundle = find_bundle("cxr_mobilenetv2", verify=False)
    thresholds = shown_thresholds(CERTAIN.prediction, bundle)
    assert set(thresholds) == set(bundle.metadata.findings)
    assert all(threshold.chosen_for for threshold in thresholds.values())


STATES = {
    "ok": lambda panel: panel.show_analysis(CERTAIN, THRESHOLDS),
    "uncertain": lambda panel: panel.show_analysis(UNCERTAIN, THRESHOLDS),
    "refused": lambda panel: (panel.show_analysis(REFUSED, THRESHOLDS), panel.show_details.click()),
    "error": lambda panel: panel.show_analysis(BROKEN, THRESHOLDS),
    "running": lambda panel: panel.show_running("a-rather-long-file-name-of-a-synthetic-radiograph.dcm"),
    "nothing": lambda panel: panel.show_nothing(),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_each_state_looks_as_the_golden_image(qtbot, state: str, theme: str) -> None:
    with themed(theme):
        panel = ResultPanel()
        qtbot.addWidget(panel)
        STATES[state](panel)
        picture = picture_of(panel, 320, 520)
    assert_looks_as_golden(picture, f"result_{state}_{theme}")


def test_the_comparison_sees_another_probability_and_a_missing_threshold(qtbot) -> None:
    with themed("light"):
        pictures = []
        for analysis, thresholds in ((CERTAIN, THRESHOLDS), (film(0.12, 0.83, 0.05), THRESHOLDS), (CERTAIN, None)):
            panel = ResultPanel()
            qtbot.addWidget(panel)
            panel.show_analysis(analysis, thresholds)
            pictures.append(picture_of(panel, 320, 520))
    assert unlike(pictures[0], pictures[0]) == []
    assert unlike(pictures[1], pictures[0]) != []
    assert unlike(pictures[2], pictures[0]) != []


def test_the_share_inside_the_lungs_is_that_of_the_heatmap_that_is_shown(panel) -> None:
    placement = Placement(0.0, 0.0, 9.0, 9.0, 9, 9, 112, 112)
    lungs = LungEvidence(np.ones((112, 112), bool), placement, 0.324, 412.3, (0.25, 0.834, None))
    panel.show_analysis(replace(CERTAIN, lungs=lungs), THRESHOLDS)
    said = panel.lungs.said.replace("\u00a0", " ")
    assert said == "Heatmap for PNEUMONIA inside the lungs: 83 %; lungs 32 % of the film, projected area 412 cm\u00b2"
    assert panel.lungs.said in panel.as_text()
    panel.bars["NORMAL"].click()
    assert panel.lungs.said.startswith("Heatmap for NORMAL inside the lungs: 25")
    panel.show_heatmap_of("COVID19")  # no heat at all
    assert panel.lungs.said.startswith("lungs 32")
    panel.show_analysis(replace(CERTAIN, lungs=replace(lungs, area_cm2=None)), THRESHOLDS)
    assert "cm" not in panel.lungs.said
    panel.show_analysis(CERTAIN, THRESHOLDS)
    assert panel.lungs.said == ""
    assert not panel.lungs.isVisibleTo(panel)
    panel.show_nothing()
    assert panel.lungs.said == ""


def test_a_stored_result_stands_beside_the_fresh_one(qtbot: Any) -> None:
    fresh = film(0.05, 0.9, 0.05)
    found = [StoredFinding("NORMAL", 0.05), StoredFinding("PNEUMONIA", 0.9, 0.4, True), StoredFinding("COVID19", 0.05)]
    stored = StoredResult(
        tuple(found), "PNEUMONIA", None, None, MODEL.name, MODEL.version, MODEL.sha256, "litert", "cxrviewer 0.1.0",
        "1.2.3", fresh.sha256, "20250314", "1.2.4", "1.2.5", (),
    )  # fmt: skip
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.show_analysis(fresh, THRESHOLDS)
    assert panel.stored.isHidden()
    panel.show_stored((stored,), fresh)
    said = (
        "Stored result (from the study): PNEUMONIA 0.90, cxr_mobilenetv2 0.1.0, cxrviewer 0.1.0, film of 2025-03-14. "
    )
    assert panel.stored.said == said + "The fresh result says the same."
    assert not panel.stored.isHidden()
    assert panel.stored.said in panel.as_text()
    other = film(0.85, 0.1, 0.05)
    panel.show_stored((stored, stored), other)
    first, _ = panel.stored.said.split("\n")
    assert first.endswith("The fresh result differs in the finding, the probabilities, what is flagged.")
    panel.show_stored((stored,), None)
    assert panel.stored.said == said.strip()
    panel.show_nothing()
    assert panel.stored.isHidden()
