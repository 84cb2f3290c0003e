"""The share of a heatmap inside the lungs: known heatmaps on known masks, and the shipped bundle on real ones."""

import csv
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.classifier import Classifier
from cxrviewer.domain import InputSpec
from cxrviewer.inference.bundle import load_bundle
from tests.conftest import CHECKOUT
from tests.films import film
from training.__main__ import main
from training.errors import DataError, TrainingError
from training.lung_share import Network, lung_share, measure, read_manifest, share_inside, summary
from training.lungs.films import laid_on_film
from training.recipes import load_recipe
from training.runs import open_run

SIDE = 64
BUNDLE = CHECKOUT / "models" / "cxr_mobilenetv2"
LEFT_HALF = np.s_[:, : SIDE // 2]


@pytest.fixture
def masked(tmp_path) -> Path:
    """Six films of four patients, whose left half is lung."""
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[LEFT_HALF] = 255
    with (tmp_path / "manifest.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["image", "patient"])
        for number in range(6):
            cv2.imencode(".jpg", film(SIDE, number))[1].tofile(tmp_path / "images" / f"f{number}.jpg")
            cv2.imencode(".png", mask)[1].tofile(tmp_path / "masks" / f"f{number}.png")
            table.writerow([f"f{number}", f"p{min(number, 3)}"])
    return tmp_path / "manifest.csv"


def _network(heatmaps: list[np.ndarray], logits: tuple[float, float] = (0.0, 1.0)) -> Network:
    """A network of two findings that gives one film after another these heatmaps of the first, and of the second
    always the same everywhere.
    """
    given = iter(heatmaps)

    def explain(batch):
        assert batch.shape == (1, 32, 32, 1)
        grid = np.asarray(next(given), np.float32)
        return np.array([logits], np.float32), np.stack([grid, np.ones_like(grid)], axis=-1)[np.newaxis]

    spec = InputSpec(height=32, width=32, channels=1, fit="stretch", interpolation="area", low=0.0, high=1.0)
    return Network("drawn", "none", "", ("COVID19", "NORMAL"), spec, explain)


def test_the_share_is_that_of_the_heat_and_not_of_its_area() -> None:
    heat = np.array([[3.0, 1.0], [0.0, 4.0]], np.float32)
    assert share_inside(heat, np.array([[True, False], [True, False]])) == pytest.approx(3 / 8)
    assert np.isnan(share_inside(np.zeros((2, 2), np.float32), np.ones((2, 2), bool)))


def test_heat_is_measured_where_the_program_shows_it(masked) -> None:
    """Between the centres of its cells a heatmap is bilinear: of columns 1 1 0 0 on 64 pixels, 24 are 1 and the next
    16 fall to 0; 8 of them, of mean 3/4, lie on the left.
    """
    left = np.tile([1.0, 1.0, 0.0, 0.0], (4, 1))
    films = read_manifest(masked)
    measured = measure(_network([left, 1 - left, np.ones((4, 4)), left, left, left]), films)
    np.testing.assert_allclose(measured.shares[:, 0], [30 / 32, 2 / 32, 0.5, 30 / 32, 30 / 32, 30 / 32], atol=1e-5)
    np.testing.assert_allclose(measured.shares[:, 1], 0.5, atol=1e-6)
    np.testing.assert_allclose(measured.lungs, 0.5)


def test_empty_heatmaps_are_counted_and_left_out_of_the_mean(masked) -> None:
    left, nothing = np.tile([1.0, 1.0, 0.0, 0.0], (4, 1)), np.zeros((4, 4))
    measured = measure(_network([left, nothing, 1 - left, nothing, nothing, nothing]), read_manifest(masked))
    content = summary(measured, ("COVID19", "NORMAL"), ("COVID19", "NORMAL"))
    covid = content["findings"]["COVID19"]
    assert (covid["films"], covid["empty"]) == (2, 4)
    assert covid["share"]["value"] == 0.5
    assert (content["films"], content["patients"], content["chance"]) == (6, 4, 0.5)
    assert content["predicted"] == content["findings"]["NORMAL"]
    assert content["predicted"]["share"] == {"value": 0.5, "interval": [0.5, 0.5]}


def test_the_interval_is_over_patients(masked) -> None:
    """Three films of one patient of four have no heat inside: in a draw they come together or not at all."""
    left = np.tile([1.0, 0.0, 0.0, 0.0], (4, 1))
    measured = measure(_network([left, left, left, *[left[:, ::-1]] * 3], (1.0, 0.0)), read_manifest(masked))
    content = summary(measured, ("COVID19", "NORMAL"), ("COVID19",))
    assert content["predicted"] == content["findings"]["COVID19"]
    assert content["findings"]["COVID19"]["share"]["value"] == 0.5
    low, high = content["findings"]["COVID19"]["share"]["interval"]
    assert low <= 0.2
    assert high == 1.0


def test_films_without_any_heat_have_no_share(masked) -> None:
    measured = measure(_network([np.zeros((4, 4))] * 6), read_manifest(masked))
    covid = summary(measured, ("COVID19", "NORMAL"), ("COVID19",))["findings"]["COVID19"]
    assert covid == {"films": 0, "empty": 6, "share": None}


def test_masks_and_manifests_that_are_not_as_expected_are_named(masked) -> None:
    network = _network([np.ones((4, 4))] * 6)
    mask = masked.parent / "masks" / "f0.png"
    cv2.imencode(".png", np.zeros((32, 64), np.uint8))[1].tofile(mask)
    with pytest.raises(DataError, match=r"f0.png: expected a mask of the film's size, \(64, 64\), got \(32, 64\)"):
        measure(network, read_manifest(masked))
    for content in (b"", b"no image"):
        mask.write_bytes(content)
        with pytest.raises(DataError, match=r"f0\.png: expected a mask, an image"):
            measure(network, read_manifest(masked))
    mask.unlink()
    with pytest.raises(DataError, match=r"row 2: there is no file .*f0.png"):
        read_manifest(masked)
    masked.write_text("image,who\nf1,p1\n")
    with pytest.raises(DataError, match="missing: \\['patient'\\]"):
        read_manifest(masked)
    masked.write_text("image,patient\n")
    with pytest.raises(DataError, match="at least one film"):
        read_manifest(masked)
    with pytest.raises(DataError, match="expected a manifest"):
        read_manifest(masked.parent / "none.csv")


def test_a_finding_of_another_network_is_named(masked) -> None:
    with pytest.raises(TrainingError, match="expected a finding among NORMAL, PNEUMONIA, COVID19, got FLU"):
        lung_share(BUNDLE, masked, ["FLU"])


def test_a_bundle_and_its_card_hold_the_share_of_their_own_network(masked, manifest, tmp_path, capsys) -> None:
    run, bundle, out = tmp_path / "run", tmp_path / "bundle", tmp_path / "share.json"
    small = [
        "--backbone-weights",
        "none",
        "--resolution",
        "64",
        "--width",
        "0.35",
        "--epochs",
        "1",
        "--batch-size",
        "8",
    ]
    assert main(["train", "folder_mobilenetv2", "--data", str(manifest), "--out", str(run), *small]) == 0
    capsys.readouterr()
    measuring = ["lung-share", str(run), "--data", str(masked)]
    assert main([*measuring, "--finding", "COVID19"]) == 0
    table = capsys.readouterr().out
    assert "COVID19" in table
    assert "PNEUMONIA" not in table
    assert main([*measuring, "--out", str(out)]) == 0
    assert main(["export", str(run), str(bundle), "--lung-share", str(out)]) == 0
    of_run = json.loads(out.read_text())
    assert json.loads((bundle / "evaluation.json").read_text())["heatmap_in_lungs"] == of_run
    assert "## Heatmaps inside the lungs" in (bundle / "MODEL_CARD.md").read_text()

    of_run["network_sha256"] = "0" * 64
    out.write_text(json.dumps(of_run))
    assert main(["export", str(run), str(tmp_path / "other"), "--lung-share", str(out)]) == 1
    assert "it is of another one" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_a_run_has_the_share_of_its_bundle(masked, tmp_path) -> None:
    """Keras' heatmaps of a run's network are those of the engine that the program runs the bundle with."""
    run = tmp_path / "run"
    open_run(load_recipe("cxr_mobilenetv2"), run, resume=False)
    shutil.copy(BUNDLE / "model.keras", run / "network.keras")
    of_run, of_bundle = lung_share(run, masked), lung_share(BUNDLE, masked)
    assert of_run["network_sha256"] == load_bundle(BUNDLE).metadata.engines["keras"].sha256
    assert of_bundle["network_sha256"] == load_bundle(BUNDLE).metadata.engines["litert"].sha256
    assert of_bundle["engine"] == "litert"
    assert of_run["findings"]["COVID19"]["films"] == 6
    for name, one in of_run["findings"].items():
        other = of_bundle["findings"][name]
        assert (one["films"], one["empty"]) == (other["films"], other["empty"])
        if one["films"]:
            assert one["share"]["value"] == pytest.approx(other["share"]["value"], abs=2e-3)


@pytest.fixture
def real(tmp_path) -> Path:
    """A manifest of four real radiographs with lung masks, which stay where they are."""
    folder = CHECKOUT.parent / "shared" / "data" / "lungs"
    if not folder.is_dir():
        pytest.skip(f"needs the real radiographs in {folder}, which are not on this machine")
    for name in ("images", "masks"):
        (tmp_path / name).symlink_to(folder / name)
    lines = (folder / "manifest.csv").read_text().splitlines()
    (tmp_path / "manifest.csv").write_text("\n".join(lines[:5]) + "\n")
    return tmp_path / "manifest.csv"


def test_the_shipped_bundles_share_is_that_of_the_heatmaps_that_the_program_shows(real) -> None:
    content = lung_share(BUNDLE, real, ["COVID19"])
    classifier = Classifier(str(BUNDLE))
    shares, areas = [], []
    for row in csv.DictReader(real.open()):
        mask = cv2.imread(str(real.parent / "masks" / f"{row['image']}.png"), cv2.IMREAD_GRAYSCALE) > 127
        mask = laid_on_film(mask)
        classified = classifier.classify(real.parent / "images" / f"{row['image']}.jpg")
        heat = classified.heatmaps[:, :, classified.findings.index("COVID19")]
        shares.append(heat[mask].sum() / heat.sum())
        areas.append(mask.mean())
    assert content["findings"]["COVID19"]["share"]["value"] == pytest.approx(np.mean(shares), abs=1e-4)
    assert content["chance"] == pytest.approx(np.mean(areas), abs=1e-4)
    assert content["films"] == 4
