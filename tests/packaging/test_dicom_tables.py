import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from dicom_tables import cut_down_dicom_tables


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    spec = find_spec("highdicom")
    assert spec is not None
    assert spec.origin is not None
    shutil.copytree(Path(spec.origin).parent / "_standard", tmp_path / "highdicom" / "_standard")
    return tmp_path


def test_the_modules_of_our_objects_stay_to_the_letter(frozen: Path) -> None:
    path = frozen / "highdicom" / "_standard" / "module_attribute_map.json"
    whole, size = json.loads(path.read_text("utf-8")), path.stat().st_size
    saved = cut_down_dicom_tables(frozen)
    left = json.loads(path.read_text("utf-8"))
    assert {"patient", "general-study", "sr-document-content"} <= set(left)
    assert "parametric-map-multi-frame-functional-groups" in left
    assert all(rows == whole[name] for name, rows in left.items())
    assert "rt-treatment-preparation" in whole
    assert "rt-treatment-preparation" not in left
    assert path.stat().st_size == size - saved < 3_000_000


def test_a_program_without_them_stays_as_it_is(tmp_path: Path) -> None:
    assert cut_down_dicom_tables(tmp_path) == 0
