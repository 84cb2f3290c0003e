"""Levels and thresholds on the command line: applied without another pass, recorded, and kept for one bundle only."""

import json
import shutil
from pathlib import Path

import pytest

from cxrviewer.inference.bundle import Bundle, load_bundle
from tests.cli.command import cxrviewer, rows
from tests.films import write_png
from tests.fitted_bundle import write_fitted_bundle


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return write_fitted_bundle(tmp_path_factory.mktemp("bundles") / "fitted")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    for seed in range(4):
        write_png(folder / f"film {seed}.png", seed=seed)
    return folder


def sets(table: Path) -> list[set[str]]:
    return [set(filter(None, row["prediction_set"].split("; "))) for row in rows(table)]


def test_what_is_decided_otherwise_is_recalled_and_decided_anew(films: Path, fitted: Bundle, tmp_path: Path) -> None:
    asked = ("classify", films, "--model", fitted.folder)
    assert cxrviewer(tmp_path, *asked, "-o", "own.csv").status == 0
    again = cxrviewer(tmp_path, *asked, "--level", "0.99", "--threshold", "normal=0", "-o", "other.csv")
    assert again.status == 0, again.err
    assert "4 of them known before" in again.out
    for own, other in zip(rows(tmp_path / "own.csv"), rows(tmp_path / "other.csv"), strict=True):
        assert [own[f"p_{name}"] for name in fitted.metadata.findings] == [
            other[f"p_{name}"] for name in fitted.metadata.findings
        ]
        assert own["analysed_at"] == other["analysed_at"]
        assert (own["prediction_set_level"], other["prediction_set_level"]) == ("0.9", "0.99")
        assert own["thresholds"] == ""
        assert other["thresholds"].startswith("NORMAL 0.0; PNEUMONIA ")
        assert "NORMAL" in other["flagged"]
        assert own["audit"] != other["audit"]
    assert all(
        own <= other for own, other in zip(sets(tmp_path / "own.csv"), sets(tmp_path / "other.csv"), strict=True)
    )
    # Back again: the first results are still there, under the entries that they had.
    assert "4 of them known before" in cxrviewer(tmp_path, *asked, "-o", "back.csv").out
    assert (tmp_path / "back.csv").read_bytes() == (tmp_path / "own.csv").read_bytes()
    assert cxrviewer(tmp_path, "audit", "--verify").status == 0


def test_the_cost_of_a_target_is_said(films: Path, fitted: Bundle, tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "classify", films, "--model", fitted.folder, "--sensitivity", "PNEUMONIA=0.99", "--json")
    assert done.status == 0
    assert "PNEUMONIA: threshold" in done.err
    assert "sensitivity of at least 0.99; sensitivity 0.99" in done.err
    said = [json.loads(line) for line in done.out.splitlines()]
    assert len({tuple(row["thresholds"]) for row in said}) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--level", "1.5"), "expected a level above 0 and at most 0.99"),
        (("--threshold", "FRACTURE=0.4"), "expected a finding of the bundle"),
        (("--threshold", "NORMAL"), "expected FINDING=NUMBER"),
        (("--sensitivity", "NORMAL=1.2"), "expected FINDING=NUMBER"),
        (("--threshold", "NORMAL=0.4", "--sensitivity", "normal=0.9"), "one threshold or one target for NORMAL"),
        (("--specificity", "NORMAL=0.4", "--sensitivity", "NORMAL=0.9"), "one target for NORMAL"),
    ],
)
def test_what_cannot_be_asked_for_is_a_usage_error(
    options: tuple[str, ...], expected: str, films: Path, fitted: Bundle, tmp_path: Path
) -> None:
    done = cxrviewer(tmp_path, "classify", films, "--model", fitted.folder, *options)
    assert done.status == 2
    assert expected in done.err


def without(bundle: Bundle, folder: Path, *parts: str) -> Path:
    """Write a copy of a bundle without some optional parts, as an earlier version has none."""
    shutil.copytree(bundle.folder, folder)
    content = json.loads((folder / "metadata.json").read_text("utf-8"))
    (folder / "metadata.json").write_text(json.dumps({k: v for k, v in content.items() if k not in parts}), "utf-8")
    return folder


@pytest.mark.parametrize("option", [("--level", "0.95"), ("--sensitivity", "NORMAL=0.9")])
def test_an_older_bundle_has_nothing_to_choose_on(
    option: tuple[str, str], films: Path, fitted: Bundle, tmp_path: Path
) -> None:
    older = without(fitted, tmp_path / "older", "conformal", "operating_curves")
    done = cxrviewer(tmp_path, "classify", films, "--model", older, *option)
    assert done.status == 2
    assert "has none" in done.err


def test_kept_thresholds_are_used_for_their_bundle_and_no_other(films: Path, fitted: Bundle, tmp_path: Path) -> None:
    kept = cxrviewer(tmp_path, "thresholds", "set", "--specificity", "covid19=0.99", "--model", fitted.folder)
    assert kept.status == 0, kept.err
    (line,) = [line for line in kept.out.splitlines() if "COVID19" in line]
    assert "you" in line
    assert "specificity of at least 0.99" in line
    used = cxrviewer(tmp_path, "classify", films, "--model", fitted.folder, "-o", "r.csv")
    assert "COVID19: threshold" in used.out
    chosen = json.loads(cxrviewer(tmp_path, "thresholds", "--model", fitted.folder, "--json").out)["thresholds"]
    assert [row["chosen_by"] for row in chosen] == ["the bundle", "the bundle", "you"]
    assert rows(tmp_path / "r.csv")[0]["thresholds"].endswith(f"COVID19 {chosen[2]['threshold']!r}")
    other = write_fitted_bundle(tmp_path / "other", version="0.9.1")
    assert load_bundle(other.folder).sha256 != fitted.sha256
    not_used = cxrviewer(tmp_path, "classify", films, "--model", other.folder, "-o", "o.csv")
    assert "were chosen for another version of it (0.9.0) and are not used" in not_used.err
    assert {row["thresholds"] for row in rows(tmp_path / "o.csv")} == {""}
    assert "COVID19" not in cxrviewer(tmp_path, "thresholds", "set", "--model", fitted.folder).out
    assert cxrviewer(tmp_path, "thresholds", "reset", "covid19", "--model", fitted.folder).status == 0
    again = json.loads(cxrviewer(tmp_path, "thresholds", "--model", fitted.folder, "--json").out)["thresholds"]
    assert {row["chosen_by"] for row in again} == {"the bundle"}


def test_a_run_goes_on_with_the_thresholds_that_it_began_with(films: Path, fitted: Bundle, tmp_path: Path) -> None:
    from cxrviewer.results.store import ResultStore

    asked = ("classify", films, "--model", fitted.folder, "--threshold", "NORMAL=0.25", "--level", "0.95")
    assert cxrviewer(tmp_path, *asked, "--store", "s.sqlite").status == 0
    store = ResultStore(tmp_path / "s.sqlite")
    ((options,),) = store.rows("SELECT options FROM run")
    store.close()
    assert json.loads(options)["thresholds"] == {"NORMAL": 0.25}
    assert json.loads(options)["level"] == 0.95


def test_the_library_decides_by_the_same(films: Path, fitted: Bundle) -> None:
    from cxrviewer import Classifier

    path = films / "film 0.png"
    own = Classifier(fitted.folder).classify(path)
    other = Classifier(fitted.folder, level=0.99, thresholds={"NORMAL": 0.0}).classify(path)
    assert own.probabilities.tobytes() == other.probabilities.tobytes()
    assert (own.level, other.level) == (0.9, 0.99)
    assert own.prediction_set is not None
    assert other.prediction_set is not None
    assert set(own.prediction_set) <= set(other.prediction_set)
    assert "NORMAL" in other.flagged
    with pytest.raises(ValueError, match=r"at most 0\.99"):
        Classifier(fitted.folder, level=0.999)
    with pytest.raises(ValueError, match="FRACTURE"):
        Classifier(fitted.folder, thresholds={"FRACTURE": 0.5})


def test_agreement_is_a_column_and_a_result_of_its_own(films: Path, fitted: Bundle, tmp_path: Path) -> None:
    asked = ("classify", films, "--model", fitted.folder, "--show-out-of-scope")
    assert cxrviewer(tmp_path, *asked, "-o", "without.csv").status == 0
    done = cxrviewer(tmp_path, *asked, "--agreement", "-o", "with.csv")
    assert done.status == 0
    assert "known before" not in done.out
    assert {row["agreement"] for row in rows(tmp_path / "without.csv")} == {""}
    for row in rows(tmp_path / "with.csv"):
        same = round(7 * float(row["agreement"]))
        assert float(row["agreement"]) == round(same / 7, 4)
        assert (f"({same} of 7 agree)" in row["warnings"]) == (same < 7)
    assert "4 of them known before" in cxrviewer(tmp_path, *asked, "--agreement", "--level", "0.95").out
