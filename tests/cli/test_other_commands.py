"""info, models, doctor, and what a cheap command must not cost."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import cxrviewer as package
from cxrviewer.cli import doctor
from cxrviewer.inference.bundle import find_bundle
from tests.cli.command import cxrviewer
from tests.films import write_dicom, write_png


def test_info_says_what_was_read_and_what_the_network_sees(tmp_path: Path) -> None:
    write_dicom(tmp_path / "film.dcm", size=300, WindowCenter=2000, WindowWidth=3000, ImagerPixelSpacing=[0.15, 0.15])
    done = cxrviewer(tmp_path, "info", "film.dcm", "--json", "--save-input", "seen.png")
    assert done.status == 0, done.err
    described = json.loads(done.out)
    assert described["facts"]["format"] == "DICOM"
    assert described["facts"]["view_position"] == "PA"
    assert described["stored_values"]["type"] == "uint16"
    assert "2000" in described["display"]["default"]
    assert "0.15" in described["display"]["spacing"]
    assert "DOE" not in done.out
    height, width = described["network_input"]["shape"][:2]
    seen = cv2.imread(str(tmp_path / "seen.png"), cv2.IMREAD_UNCHANGED)
    assert seen.shape[:2] == (height, width)
    spec = find_bundle("cxr_mobilenetv2").input_spec
    mean = (described["network_input"]["mean"] - spec.low) / (spec.high - spec.low)
    assert seen.mean() / 255 == pytest.approx(mean, abs=0.003)


def test_info_as_text_and_the_patient_on_request(tmp_path: Path) -> None:
    write_dicom(tmp_path / "film.dcm")
    assert "DOE" not in cxrviewer(tmp_path, "info", "film.dcm").out
    assert "DOE^JANE" in cxrviewer(tmp_path, "info", "film.dcm", "--include-patient-data").out


def test_info_names_a_refusal(tmp_path: Path) -> None:
    write_dicom(tmp_path / "ct.dcm", Modality="CT")
    done = cxrviewer(tmp_path, "info", "ct.dcm")
    assert done.status == 1
    assert "CT" in done.err
    assert "Traceback" not in done.err


def test_models_lists_the_shipped_bundle(tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "models", "--json")
    assert done.status == 0
    (bundle,) = [b for b in json.loads(done.out)["bundles"] if b["name"] == "cxr_mobilenetv2"]
    assert bundle["findings"] == ["NORMAL", "PNEUMONIA", "COVID19"]
    assert bundle["sha256"] in cxrviewer(tmp_path, "models").out


def test_doctor_finds_everything_working(tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "doctor", "--json")
    assert done.status == 0, done.out + done.err
    report = json.loads(done.out)
    assert "CPU" in report["engines"]["litert"]
    assert "one radiograph in" in report["engines"]["keras"]
    assert "verified" in report["bundles"]["cxr_mobilenetv2"]
    assert len(report["codecs"]) >= 15
    assert report["program"]["cxrviewer"] == package.__version__


def test_doctor_finds_a_program_working_that_was_built_without_tensorflow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    doctor.examine_installation(as_json=True)  # would raise typer.Exit where something does not work
    report = json.loads(capsys.readouterr().out)
    assert report["engines"]["keras"] == "not in this program, which was built without TensorFlow"
    assert "one radiograph in" in report["engines"]["litert"]


def test_version_and_help(tmp_path: Path) -> None:
    assert cxrviewer(tmp_path, "--version").out.strip() == f"cxrviewer {package.__version__}"
    for arguments in (["--help"], ["classify", "--help"], ["info", "--help"]):
        done = cxrviewer(tmp_path, *arguments)
        assert done.status == 0
        assert "xample" in done.out
    assert cxrviewer(tmp_path).status == 2


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import cxrviewer", {"tensorflow", "keras", "PySide6", "numpy", "cv2", "pydicom", "typer"}),
        ("import cxrviewer.cli.commands", {"tensorflow", "keras", "PySide6", "numpy", "cv2", "pydicom", "pydantic"}),
        ("from cxrviewer import read_radiograph", {"tensorflow", "keras", "PySide6", "pydicom", "cv2", "PIL"}),
        ("import cxrviewer.classifier", {"tensorflow", "keras", "PySide6", "pydicom"}),
        ("import cxrviewer.cli.classify", {"tensorflow", "keras", "PySide6", "pydicom", "matplotlib"}),
    ],
)
def test_imports_stay_cheap(statement: str, forbidden: set[str]) -> None:
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not forbidden & set(loaded)


def test_classifying_imports_no_tensorflow_in_any_process(tmp_path: Path) -> None:
    write_png(tmp_path / "film.png")
    code = (
        "import sys; from pathlib import Path; from cxrviewer import Classifier\n"
        f"r = Classifier().classify({str(tmp_path / 'film.png')!r})\n"
        "print(r.predicted, r.heatmaps.shape, 'tensorflow' in sys.modules, 'PySide6' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    predicted, *rest = done.stdout.split(maxsplit=1)
    assert predicted in ("NORMAL", "PNEUMONIA", "COVID19")
    assert rest == ["(128, 128, 3) False False\n"]


def test_arrays_and_files_give_the_same(tmp_path: Path) -> None:
    path = write_png(tmp_path / "film.png", size=200)
    array = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    classifier = package.Classifier()
    of_file, of_array = classifier.classify(path), classifier.classify(array)
    of_display = classifier.classify(array.astype(np.float32) / 255)
    assert of_file.probabilities.tobytes() == of_array.probabilities.tobytes()
    np.testing.assert_allclose(of_display.probabilities, of_file.probabilities, atol=1e-3)
    assert of_file.heatmaps.shape == (200, 200, 3)
    assert of_file.heatmaps.dtype == np.float32
    with pytest.raises(ValueError, match="shape"):
        classifier.classify(np.zeros((5, 5, 3), np.uint8))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        classifier.classify(np.full((100, 100), 7.0))
    with pytest.raises(ValueError, match="int64"):
        classifier.classify(np.zeros((100, 100), np.int64))
