"""Chosen thresholds come back for the bundle that they were chosen for, and for no other."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.errors import ExportError
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.inference.operating_curve import OperatingCurve
from cxrviewer.results.chosen_thresholds import (
    ChosenThreshold,
    ChosenThresholds,
    choose_threshold,
    default_thresholds_path,
    load_thresholds,
    save_thresholds,
)

CURVE = OperatingCurve(
    probabilities=(0.1, 0.4),
    true_positives=(3, 2),
    true_negatives=(1, 4),
    positives=3,
    negatives=4,
    fitted_on="7 films",
)
CHOSEN = ChosenThreshold("specificity", 0.9, 0.4, 2 / 3, 1.0)


@pytest.fixture
def bundle() -> Bundle:
    return find_bundle("cxr_mobilenetv2", verify=False)


@pytest.fixture
def other(bundle: Bundle) -> Bundle:
    metadata = bundle.metadata.model_copy(update={"version": "9.9.9"})
    return replace(bundle, metadata=metadata, sha256="0" * 64)


def chosen_for(bundle: Bundle) -> ChosenThresholds:
    return ChosenThresholds(bundle.identity, {"COVID19": CHOSEN})


def test_a_choice_is_a_target_with_its_trade_off() -> None:
    assert choose_threshold(CURVE, specificity=0.9) == CHOSEN
    assert CHOSEN.chosen_for == "specificity of at least 0.9"
    assert choose_threshold(CURVE, sensitivity=0.7).chosen_for == "sensitivity of at least 0.7"


def test_choices_come_back_and_replace_the_bundles_own(tmp_path: Path, bundle: Bundle) -> None:
    path = tmp_path / "new folder" / "thresholds.json"
    assert load_thresholds(bundle, path).chosen.by_finding == {}
    save_thresholds(chosen_for(bundle), path)
    loaded = load_thresholds(bundle, path)
    assert loaded.chosen == chosen_for(bundle)
    assert loaded.warning is None
    own = bundle.metadata.thresholds
    assert loaded.chosen.probabilities(bundle) == {
        "NORMAL": own["NORMAL"].probability,
        "PNEUMONIA": own["PNEUMONIA"].probability,
        "COVID19": 0.4,
    }


def test_no_choice_travels_to_another_version(tmp_path: Path, bundle: Bundle, other: Bundle) -> None:
    path = tmp_path / "thresholds.json"
    save_thresholds(chosen_for(other), path)
    loaded = load_thresholds(bundle, path)
    assert loaded.chosen == ChosenThresholds(bundle.identity, {})
    assert loaded.warning is not None
    assert loaded.warning.code == "thresholds-of-another-bundle"
    assert "9.9.9" in str(loaded.warning)
    with pytest.raises(ValueError, match="expected thresholds chosen for"):
        chosen_for(other).probabilities(bundle)


def test_each_version_keeps_its_own_and_forgets_it_alone(tmp_path: Path, bundle: Bundle, other: Bundle) -> None:
    path = tmp_path / "thresholds.json"
    save_thresholds(chosen_for(other), path)
    save_thresholds(chosen_for(bundle), path)
    assert load_thresholds(bundle, path).warning is None
    assert load_thresholds(other, path).chosen == chosen_for(other)
    save_thresholds(ChosenThresholds(bundle.identity, {}), path)
    assert load_thresholds(bundle, path).chosen.by_finding == {}
    assert load_thresholds(other, path).chosen == chosen_for(other)


def test_another_name_is_no_reason_to_warn(tmp_path: Path, bundle: Bundle, other: Bundle) -> None:
    path = tmp_path / "thresholds.json"
    save_thresholds(ChosenThresholds(replace(other.identity, name="vgg16"), {"COVID19": CHOSEN}), path)
    assert load_thresholds(bundle, path).warning is None


def damaged_files(bundle: Bundle) -> dict[str, bytes]:
    model = vars(bundle.identity)
    threshold = {"target": "sensitivity", "at_least": 0.9, "probability": 0.4, "sensitivity": 0.9, "specificity": 0.8}

    def file(**change: object) -> bytes:
        entry = {**model, "findings": {"COVID19": threshold | change}}
        return json.dumps({"format_version": 1, "bundles": [entry]}).encode()

    return {
        "empty": b"",
        "no JSON": b"{",
        "a list": b"[]",
        "deep": b"[" * 100_000,
        "not UTF-8": b"\xff\xfe{}",
        "of another format": json.dumps({"format_version": 2, "bundles": []}).encode(),
        "no bundle": json.dumps({"format_version": 1, "bundles": [3]}).encode(),
        "bundles that are none": json.dumps({"format_version": 1, "bundles": None}).encode(),
        "beyond 1": file(probability=1.5),
        "not finite": file(probability=float("nan")),
        "of another target": file(target="luck"),
        "with an unknown field": file(also=1),
    }


@pytest.mark.parametrize("damage", damaged_files(find_bundle("cxr_mobilenetv2", verify=False)))
def test_a_damaged_file_is_ignored_with_a_warning_and_replaced(tmp_path: Path, bundle: Bundle, damage: str) -> None:
    path = tmp_path / "thresholds.json"
    path.write_bytes(damaged_files(bundle)[damage])
    loaded = load_thresholds(bundle, path)
    assert loaded.chosen.by_finding == {}
    assert loaded.warning is not None
    assert loaded.warning.code == "thresholds-unreadable"
    save_thresholds(chosen_for(bundle), path)
    assert load_thresholds(bundle, path).chosen == chosen_for(bundle)


def test_a_finding_that_the_bundle_does_not_have_is_not_used(tmp_path: Path, bundle: Bundle) -> None:
    path = tmp_path / "thresholds.json"
    save_thresholds(ChosenThresholds(bundle.identity, {"EFFUSION": CHOSEN}), path)
    assert load_thresholds(bundle, path).chosen.by_finding == {}


def test_what_cannot_be_written_is_named(tmp_path: Path, bundle: Bundle) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match="cannot be made"):
        save_thresholds(chosen_for(bundle), tmp_path / "file" / "thresholds.json")


def test_the_file_lies_in_the_folder_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_thresholds_path().name == "thresholds.json"
    assert "cxrviewer" in str(default_thresholds_path())


def test_chosen_thresholds_decide_what_is_flagged(bundle: Bundle) -> None:
    from cxrviewer.inference.decision import decide, with_thresholds

    metadata = bundle.metadata
    own = {name: threshold.model_copy(update={"probability": 0.6}) for name, threshold in metadata.thresholds.items()}
    logits = np.log(np.array([0.52, 0.02, 0.46], np.float32)) * metadata.calibration.temperature
    prediction = decide(metadata.model_copy(update={"thresholds": own}), logits, np.zeros(4, np.float32))
    assert prediction.flagged == ()
    assert with_thresholds(prediction, chosen_for(bundle).probabilities(bundle)).flagged == ("COVID19",)
