"""The facts of a file can be searched and copied; the patient's data are hidden until asked for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMainWindow

from cxrviewer.domain import Facts, Orientation, Patient, PixelSpacing
from cxrviewer.gui.panels.facts_panel import FactsPanel, FilmFacts
from tests.gui.pictures import assert_looks_as_golden, picture_of, themed

PATIENT = Patient("DOE^JANE", "MRN-12345", "19500102", "F", "")
FILM = FilmFacts(
    "/films/synthetic.dcm",
    "0123456789abcdef" * 4,
    Facts("DICOM", "pydicom", 2048, 2500, 12, "MONOCHROME1", "DX", "PA", "CHEST", "JPEG 2000 Lossless"),
    "window centre 2048, width 4096, LINEAR, inverted",
    PixelSpacing(0.143, 0.143, "ImagerPixelSpacing"),
    ("the header does not say which body part this is",),
    PATIENT,
)


@pytest.fixture
def panel(qtbot) -> FactsPanel:
    made = FactsPanel()
    qtbot.addWidget(made)
    made.show_film(FILM)
    made.show()
    return made


def rows(panel: FactsPanel) -> dict[str, str]:
    model, said = panel.table.model(), Qt.ItemDataRole.UserRole
    return {model.index(row, 0).data(said): model.index(row, 1).data(said) for row in range(model.rowCount())}


def says_the_patient(panel: FactsPanel) -> bool:
    everything = " ".join((*rows(panel).values(), panel.patient_button.text(), panel.patient_button.toolTip()))
    return any(secret in everything for secret in ("DOE", "MRN-12345", "19500102"))


def test_facts_have_names_units_and_sources(panel) -> None:
    said = rows(panel)
    assert said["Size"] == "2048 x 2500 pixels"
    assert said["Depth"] == "12 bits"
    assert said["Pixel spacing"] == (
        "0.143 x 0.143 mm at the detector (ImagerPixelSpacing), not corrected for magnification"
    )
    assert said["Window"] == FILM.window
    assert said["SHA-256"] == FILM.sha256
    assert said["Warning"] == FILM.warnings[0]
    assert "Patient orientation" not in said
    panel.show_film(replace(FILM, orientation=Orientation("L", "F")))
    assert rows(panel)["Patient orientation"] == "rows run to L, columns to F"
    panel.show_film(FilmFacts("/films/two.png", facts=Facts("PNG", "pillow", 10, 20, 8, "grey")))
    assert rows(panel)["Pixel spacing"] == "not in the file; distances are in pixels"
    assert "Modality" not in rows(panel)  # the file says nothing of it


def test_searching_keeps_what_has_the_text_in_name_or_value(panel, qtbot) -> None:
    qtbot.keyClicks(panel.search, "MONO")
    assert rows(panel) == {"Photometric interpretation": "MONOCHROME1"}
    panel.search.clear()
    qtbot.keyClicks(panel.search, "depth")
    assert list(rows(panel)) == ["Depth"]
    qtbot.keyClicks(panel.search, "no such")
    assert rows(panel) == {}
    assert panel.nothing.said == "No fact has this text."


def test_the_patient_is_hidden_until_asked_for_and_again_for_the_next_film(panel, qtbot) -> None:
    assert not says_the_patient(panel)
    qtbot.keyClicks(panel.search, "doe^")  # not to be found by searching either
    assert rows(panel) == {}
    panel.search.clear()
    qtbot.mouseClick(panel.patient_button, Qt.MouseButton.LeftButton)
    assert rows(panel)["Patient: name"] == "DOE^JANE"
    assert rows(panel)["Patient: age"] == "not in the file"
    assert panel.patient_button.text() == "Hide patient data"
    panel.show_film(FILM)  # the same film, told again
    assert says_the_patient(panel)
    panel.show_film(FilmFacts("/films/two.dcm", patient=PATIENT))
    assert not says_the_patient(panel)
    assert panel.patient_button.text() == "Show patient data"


def test_the_preference_keeps_the_patient_shown_and_taking_it_back_hides_it(panel) -> None:
    panel.keep_patient_data_shown(True)
    assert says_the_patient(panel)
    panel.show_film(FilmFacts("/films/two.dcm", patient=PATIENT))
    assert says_the_patient(panel)
    panel.keep_patient_data_shown(False)
    assert not says_the_patient(panel)


def test_a_file_without_patient_data_offers_none(panel) -> None:
    panel.show_film(FilmFacts("/films/two.png"))
    assert not panel.patient_button.isEnabled()
    panel.show_film(None)
    assert rows(panel) == {}
    assert panel.nothing.said == "No film is open."


def test_copying_a_value_wins_over_the_windows_own_ctrl_c(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    panel = FactsPanel()
    window.setCentralWidget(panel)
    taken: list[bool] = []
    copy_rows = QAction("Copy Rows", window)
    copy_rows.setShortcut("Ctrl+C")
    copy_rows.triggered.connect(lambda _: taken.append(True))
    window.addAction(copy_rows)
    panel.show_film(FILM)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel.table.setFocus()
    row = list(rows(panel)).index("SHA-256")
    panel.table.selectionModel().select(
        panel.table.model().index(row, 0),
        QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
    )
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == FILM.sha256
    assert taken == []
    panel.table.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == f"SHA-256\t{FILM.sha256}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["hidden", "shown"])
def test_the_panel_looks_as_the_golden_image(qtbot, theme: str, state: str) -> None:
    with themed(theme):
        panel = FactsPanel()
        qtbot.addWidget(panel)
        panel.show_film(FILM)
        panel.keep_patient_data_shown(state == "shown")
        assert_looks_as_golden(picture_of(panel, 340, 560), f"facts_{state}_{theme}")
