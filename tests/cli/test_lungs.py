"""The lungs from the command line: in the table by default, left out on request, each kept for itself."""

from pathlib import Path

import pytest

from tests.cli.command import cxrviewer, rows
from tests.films import write_dicom, write_png


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    for seed in range(2):
        write_png(folder / f"film{seed}.png", size=256, seed=seed)
    write_dicom(folder / "spaced.dcm", size=256, seed=5, ImagerPixelSpacing=[1.5, 1.5])
    return folder


def test_the_table_has_the_lungs_unless_they_are_not_wanted(films: Path, tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "classify", films, "--output", "with.csv", "--quiet", "--show-out-of-scope")
    assert done.status == 0, done.err
    without = cxrviewer(
        tmp_path, "classify", films, "--output", "without.csv", "--no-lungs", "--quiet", "--show-out-of-scope"
    )
    assert without.status == 0, without.err

    looked, left_out = rows(tmp_path / "with.csv"), rows(tmp_path / "without.csv")

    assert [row["predicted"] for row in looked] == [row["predicted"] for row in left_out]
    assert all(0 <= float(row["lung_share"]) <= 1 for row in looked)
    assert [bool(row["lung_area_cm2"]) for row in looked] == [False, False, True]
    # A film of 38.4 cm x 38.4 cm, of which lungs are a part.
    assert 100 < float(looked[2]["lung_area_cm2"]) < 38.4**2
    assert all(row["lung_share"] == row["lung_area_cm2"] == "" for row in left_out)


def test_a_result_with_lungs_is_known_again(films: Path, tmp_path: Path) -> None:
    for name in ("first.csv", "second.csv"):
        done = cxrviewer(tmp_path, "classify", films, "--output", name, "--show-out-of-scope")
        assert done.status == 0, done.err

    assert "3 of them known before" in done.out
    first, second = rows(tmp_path / "first.csv"), rows(tmp_path / "second.csv")
    assert [row["lung_share"] for row in first] == [row["lung_share"] for row in second]


def test_the_segmenter_is_not_listed_as_a_model(tmp_path: Path) -> None:
    listed = cxrviewer(tmp_path, "models")
    assert listed.status == 0
    assert "lung_segmenter" not in listed.out
    refused = cxrviewer(tmp_path, "classify", tmp_path, "--model", "lung_segmenter")
    assert refused.status != 0
