"""A report says what was found, runs nothing, loads nothing, and keeps patients and films' names to itself."""

import base64
import csv
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, InputSpec
from cxrviewer.inference.bundle import sha256_of
from cxrviewer.resources import models_folder
from tests.films import write_png
from training.__main__ import main
from training.architectures import build_network
from training.assessment import Assessment, Subject, assess_run
from training.data import Sample, read_manifest
from training.evaluation import evaluate
from training.report import write_report
from training.report.mistakes import most_confident_mistakes
from training.runs import open_run, write_json

HOSTILE = "<script>alert(1)</script>"
FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")
BUNDLE = models_folder() / "cxr_mobilenetv2"


class _Page(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data) -> None:
        self.text += data

    def pictures(self, kind: str) -> list[bytes]:
        found = [attributes["src"] for tag, attributes in self.tags if tag == "img"]
        start = f"data:{kind};base64,"
        return [base64.b64decode(src.removeprefix(start)) for src in found if src.startswith(start)]


def _assert_self_contained(page: _Page) -> None:
    addresses = {"src", "href", "srcset", "action", "data", "poster", "background"}
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base", "form", "svg")
        assert not any(name.startswith("on") for name in attributes)
        for name in addresses & set(attributes):
            assert attributes[name].startswith("data:image/"), (tag, name)
    for outside in ("http://", "https://", "@import", "url("):
        assert outside not in page.source
    assert "default-src 'none'" in page.source


def _manifest(folder: Path, labels=FINDINGS, films: int = 18, split: str = "test") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "label", "source", "patient", "split", "sex"])
        for number in range(films):
            name = write_png(folder / f"film-{number}.png", size=96, seed=number).name
            source = HOSTILE if number % 2 else "east"
            table.writerow([name, labels[number % len(labels)], source, f"MRN-{number // 2}", split, "FM"[number % 2]])
    return folder


def _files(folder: Path) -> dict[str, tuple[int, str]]:
    return {path.name: (path.stat().st_mtime_ns, sha256_of(path)) for path in folder.iterdir()}


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return _manifest(tmp_path_factory.mktemp("data") / "films")


def test_a_bundle_is_reported_outside_its_folder(source, tmp_path, capsys) -> None:
    before, out = _files(BUNDLE), tmp_path / "out"
    assert main(["evaluate", str(BUNDLE), "--data", str(source), "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {"evaluation.json", "report.html"}
    assert _files(BUNDLE) == before

    page = _Page(out / "report.html")
    _assert_self_contained(page)
    assert HOSTILE in page.text  # as text: there is no such tag
    assert HOSTILE not in page.source
    for fact in (NOT_FOR_DIAGNOSIS, "18 films of 9 patients", "litert", sha256_of(BUNDLE / "model.tflite"), "By sex"):
        assert fact in page.text
    assert "MRN-" not in page.source
    assert "film-" not in page.source

    evaluation = json.loads((out / "evaluation.json").read_text())
    assert len(json.dumps(evaluation)) < 20_000
    accuracy = evaluation["overall"]["accuracy"]
    words = f"{accuracy['value']:.3f} [{accuracy['interval'][0]:.3f}, {accuracy['interval'][1]:.3f}]"
    assert words in page.text
    assert words in shown
    wrong = 18 - np.trace(evaluation["confusion"]["counts"])
    films = page.pictures("image/jpeg")
    assert len(films) == 2 * min(wrong, 12) > 0
    for film, overlay in zip(films[::2], films[1::2], strict=True):
        grey, coloured = (
            cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR) for picture in (film, overlay)
        )
        assert np.ptp(grey.astype(int), axis=2).max() == 0
        assert np.ptp(coloured.astype(int), axis=2).max() > 60
    assert len(page.pictures("image/svg+xml")) == 4
    assert all(svg.startswith(b"<?xml") and b"<script" not in svg for svg in page.pictures("image/svg+xml"))


def test_films_are_named_only_when_asked_for(source, tmp_path) -> None:
    arguments = ["evaluate", str(BUNDLE), "--data", str(source), "--out", str(tmp_path / "out"), "--show-names"]
    assert main(arguments) == 0
    page = _Page(tmp_path / "out" / "report.html")
    assert ".png" in page.text
    assert str(source) not in page.source
    assert "MRN-" not in page.source


def test_without_out_a_bundles_evaluation_is_only_shown(source, capsys) -> None:
    before = _files(BUNDLE)
    assert main(["evaluate", str(BUNDLE), "--data", str(source)]) == 0
    assert "Nothing was written" in capsys.readouterr().out
    assert _files(BUNDLE) == before


def test_an_evaluation_goes_into_no_bundle_and_no_run(source, tmp_path, capsys) -> None:
    before = _files(BUNDLE)
    other = tmp_path / "run"
    other.mkdir()
    (other / "recipe.json").write_text("{}")
    for out in (BUNDLE, BUNDLE / "deeper", other):
        assert main(["evaluate", str(BUNDLE), "--data", str(source), "--out", str(out)]) == 1
        assert "folder of its own" in capsys.readouterr().err
    assert _files(BUNDLE) == before
    assert [path.name for path in other.iterdir()] == ["recipe.json"]


def test_one_class_is_scored_in_words(tmp_path, capsys) -> None:
    for number in range(4):
        folder = tmp_path / "films" / "Normal"
        folder.mkdir(parents=True, exist_ok=True)
        write_png(folder / f"{number}.png", size=96, seed=number)
    (tmp_path / "films" / "Pneumonia").mkdir()
    out = tmp_path / "out"
    arguments = ["evaluate", str(BUNDLE), "--data", str(tmp_path / "films"), "--split", "all", "--out", str(out)]
    assert main(arguments) == 0
    shown, page = capsys.readouterr().out, _Page(out / "report.html")
    assert "No film has the label PNEUMONIA, COVID19." in shown
    for text in (shown, page.text):
        assert "no other films" in text
        assert "no films" in text
    assert "No ROC and no precision-recall curve of NORMAL, PNEUMONIA, COVID19" in page.text
    assert len(page.pictures("image/svg+xml")) == 2
    for text in (shown, page.text, (out / "evaluation.json").read_text()):
        assert "nan" not in text.lower()


@pytest.fixture(scope="module")
def run(small_recipe, manifest, tmp_path_factory) -> Path:
    """A run as two epochs and its calibration leave it, its network untrained."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    open_run(small_recipe, folder, resume=False)
    build_network(small_recipe.architecture, small_recipe.input, "none").save(folder / "network.keras")
    history = [
        {"epoch": epoch, "phase": 0, "learning_rate": 1e-3, "loss": 1 - epoch / 4, "val_loss": 1.0, "accuracy": 0.5}
        for epoch in range(2)
    ]
    write_json(folder / "history.json", history)
    assess_run(folder, read_manifest(manifest, FINDINGS))
    return folder


def test_a_run_is_reported_in_its_folder_with_its_curves(run, manifest, capsys) -> None:
    assert main(["evaluate", str(run), "--data", str(manifest)]) == 0
    assert "14 films of 14 patients" in capsys.readouterr().out
    page = _Page(run / "report.html")
    _assert_self_contained(page)
    assert sha256_of(run / "network.keras") in page.text
    assert "Keras" in page.text
    [curves] = page.pictures("image/png")
    assert cv2.imdecode(np.frombuffer(curves, np.uint8), cv2.IMREAD_COLOR).shape[1] > 800
    # An untrained network errs, and its heatmaps are there to see.
    assert len(page.pictures("image/jpeg")) >= 2
    assert "No heatmaps" not in page.text


def test_a_run_is_scored_elsewhere_as_it_was_calibrated(run, source, tmp_path, capsys) -> None:
    before, out = _files(run), tmp_path / "out"
    assert main(["evaluate", str(run), "--data", str(source), "--out", str(out)]) == 0
    assert _files(run) == before
    assert json.loads((out / "evaluation.json").read_text())["films"] == 18
    capsys.readouterr()
    # The films there are all for testing: without --out there is nothing to calibrate on.
    assert main(["evaluate", str(run), "--data", str(source)]) == 1
    assert "val" in capsys.readouterr().err
    assert _files(run) == before


def test_a_network_without_feature_maps_is_reported_without_heatmaps(small_recipe, films, tmp_path) -> None:
    open_run(small_recipe, tmp_path, resume=False)
    image = keras.Input((64, 64, 3))
    network = keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten(name="all_pixels")(image)), name="flat")
    network.save(tmp_path / "network.keras")
    assessment = assess_run(tmp_path, films)
    assert assessment.heatmaps is None
    write_report(tmp_path / "report.html", assessment)
    page = _Page(tmp_path / "report.html")
    assert "No heatmaps: expected a network with one head over its feature maps, flat has none" in page.text
    mistakes = page.text.count(", predicted ")
    assert len(page.pictures("image/jpeg")) == mistakes > 0


@pytest.fixture
def assessed(tmp_path) -> Assessment:
    """Six films of a network that is wrong about three, and whose heat for finding k lies in the k-th third."""
    samples = tuple(
        Sample(write_png(tmp_path / f"{n}.png", 90, n), label, "test", f"p{n}", HOSTILE, "", "", "", n)
        for n, label in enumerate(("NORMAL", "NORMAL", "PNEUMONIA", "PNEUMONIA", "COVID19", "COVID19"))
    )
    probabilities = np.float32(
        [[0.9, 0.1, 0], [0.3, 0.6, 0.1], [0, 1, 0], [0.01, 0.01, 0.98], [0.1, 0.1, 0.8], [0.7, 0, 0.3]]
    )

    def heatmaps(batch):
        return np.broadcast_to(np.eye(3, dtype=np.float32), (len(batch), 3, 3, 3))

    return Assessment(
        subject=Subject("bundle", HOSTILE, "0.1.0", "an engine", "none", (("model", "ab" * 32),)),
        findings=FINDINGS,
        spec=InputSpec(96, 96, 3, "stretch", "area", -1.0, 1.0),
        samples=samples,
        probabilities=probabilities,
        evaluation={"split": "test", **evaluate(samples, probabilities, FINDINGS)},
        heatmaps=heatmaps,
    )


def test_the_most_confident_mistakes_come_first_under_the_predicted_findings_heat(assessed) -> None:
    mistakes = most_confident_mistakes(assessed, show_names=False)
    assert [(m.label, m.predicted) for m in mistakes] == [
        ("PNEUMONIA", "COVID19"),
        ("COVID19", "NORMAL"),
        ("NORMAL", "PNEUMONIA"),
    ]
    assert mistakes[0].probabilities[0] == ("COVID19", pytest.approx(0.98))
    assert [m.name for m in mistakes] == ["", "", ""]
    for mistake in mistakes:
        picture = cv2.imdecode(np.frombuffer(mistake.overlay, np.uint8), cv2.IMREAD_COLOR).astype(int)
        colour = np.ptp(picture, axis=2).mean(axis=0).reshape(3, -1).mean(axis=1)
        assert colour.argmax() == FINDINGS.index(mistake.predicted)
    [first] = most_confident_mistakes(assessed, show_names=True, number=1)
    assert first.name == "3.png"


def test_names_of_strangers_are_escaped_wherever_they_stand(assessed, tmp_path) -> None:
    hostile = replace(
        assessed, findings=(HOSTILE, "$PNEUMONIA", "COVID19"), heatmaps=None, unexplained=f"it is {HOSTILE}"
    )
    samples = tuple(
        replace(s, label=hostile.findings[FINDINGS.index(s.label)], columns=((HOSTILE, HOSTILE),))
        for s in assessed.samples
    )
    evaluation = {"split": "test", **evaluate(samples, assessed.probabilities, hostile.findings)}
    write_report(tmp_path / "report.html", replace(hostile, samples=samples, evaluation=evaluation), show_names=True)
    page = _Page(tmp_path / "report.html")
    _assert_self_contained(page)
    for words in (f"By {HOSTILE}", f"No heatmaps: it is {HOSTILE}", f"{HOSTILE} 0.1.0: evaluation"):
        assert words in page.text
    assert f"Label COVID19, predicted {HOSTILE}" in page.text


def test_a_report_without_mistakes_says_so(assessed, tmp_path) -> None:
    right = np.eye(3, dtype=np.float32)[assessed.labels]
    evaluation = {"split": "test", **evaluate(assessed.samples, right, FINDINGS)}
    write_report(tmp_path / "report.html", replace(assessed, probabilities=right, evaluation=evaluation))
    assert "None: every film's predicted finding is its label." in _Page(tmp_path / "report.html").text
