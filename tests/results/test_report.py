"""A report says what it must in text that can be searched, nothing of the patient, and looks as the golden pages do."""

import gc
import os
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pypdfium2
import pytest
from PIL import Image

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, LungEvidence
from cxrviewer.errors import ExportError
from cxrviewer.inference.bundle import Bundle, Threshold, find_bundle
from cxrviewer.results.agreement import compare_labels
from cxrviewer.results.film_pictures import FilmPictures, PictureFolder, film_pictures
from cxrviewer.results.report import write_report
from cxrviewer.results.report_layout import probability_words
from tests.results.examples import FINDINGS, MODEL, PATIENT, ok_analysis, refusal

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SHAPE = (300, 260)
ODD_NAME = "été Ωμέγα Ёж"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """The bundle that the analyses made by hand name, with thresholds and limits of its own."""
    metadata = find_bundle("cxr_mobilenetv2", verify=False).metadata
    limit = Threshold(probability=0.3, chosen_for="tests", sensitivity=0.9, specificity=0.8, fitted_on="10 films")
    made = metadata.model_copy(
        update={
            "name": MODEL.name,
            "version": MODEL.version,
            "findings": FINDINGS,
            "thresholds": dict.fromkeys(FINDINGS, limit),
            "intended_use": "Tests of reports",
            "not_intended_for": "Anything else",
        }
    )
    return Bundle(Path("nowhere"), made, MODEL.sha256)


@pytest.fixture(scope="module")
def display(samples: Path) -> np.ndarray:
    grey = cv2.imread(str(samples / "synthetic-ground-glass.jpg"), cv2.IMREAD_GRAYSCALE)
    return cv2.resize(grey, SHAPE[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255


@pytest.fixture(scope="module")
def pictures(display: np.ndarray) -> Callable[[Analysis], FilmPictures]:
    made = film_pictures(display, ok_analysis(shape=SHAPE))
    return lambda analysis: made


def film(name: str = "one.png") -> Analysis:
    return ok_analysis(f"/films/{name}", SHAPE)


def uncertain_film() -> Analysis:
    analysis = film("unsure.png")
    assert analysis.prediction is not None
    return replace(analysis, prediction=replace(analysis.prediction, flagged=("COVID19", "PNEUMONIA")))


def texts(path: Path) -> list[str]:
    """Return the text of every page, each line break as a space."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path, strict=True).pages]


def test_the_page_of_a_film_says_everything(tmp_path: Path, bundle: Bundle, pictures: object) -> None:
    analysis = replace(film(f"{ODD_NAME}.dcm"), warnings=("the header gives no window",))
    assert write_report(tmp_path / "r.pdf", [analysis], pictures, bundle) == 1  # type: ignore[arg-type]
    (page,) = texts(tmp_path / "r.pdf")
    prediction = analysis.prediction
    assert prediction is not None
    for words in (
        f"{ODD_NAME}.dcm",
        "/films",
        NOT_FOR_DIAGNOSIS,
        *FINDINGS,
        *(probability_words(float(probability)) for probability in prediction.probabilities),
        "threshold 0.300",
        analysis.window,
        analysis.sha256,
        MODEL.name,
        MODEL.version,
        MODEL.sha256,
        "litert",
        "cxrviewer 0.1.0",
        analysis.analysed_at,
        "100 x 120" if analysis.facts is None else f"{analysis.facts.width} x {analysis.facts.height} pixels",
        "the header gives no window",
        "Tests of reports",
        "Anything else",
        "most in this film",
    ):
        assert words in page, words


def test_patients_are_named_only_when_asked_for(tmp_path: Path, bundle: Bundle, pictures: object) -> None:
    for asked in (False, True):
        path = tmp_path / "r.pdf"
        write_report(path, [film(), film()], pictures, bundle, include_patient_data=asked)  # type: ignore[arg-type]
        content = " ".join(texts(path))
        for value in (PATIENT.name, PATIENT.identifier, PATIENT.birth_date):
            assert (value in content) == asked
        if not asked:
            raw = path.read_bytes()
            assert b"DOE" not in raw
            assert "DOE".encode("utf-16-be").hex().encode() not in raw


def test_an_uncertain_result_is_called_so(tmp_path: Path, bundle: Bundle, pictures: object) -> None:
    write_report(tmp_path / "r.pdf", [uncertain_film()], pictures, bundle)  # type: ignore[arg-type]
    assert "uncertain: " in texts(tmp_path / "r.pdf")[0]


def test_the_lungs_are_said_in_letters_that_the_font_has(tmp_path: Path, bundle: Bundle, pictures: object) -> None:
    analysis = ok_analysis()
    evidence = LungEvidence(np.ones((4, 5), bool), analysis.heatmaps[0].placement, 0.29, 310.26, (0.8, 0.8, 0.8))
    path = tmp_path / "r.pdf"
    write_report(path, [replace(analysis, lungs=evidence)], pictures, bundle)
    said = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())
    assert "lungs 29 % of the film" in said
    assert "\ufffd" not in said


def test_the_set_and_the_thresholds_that_a_person_chose_are_said(
    tmp_path: Path, bundle: Bundle, pictures: object
) -> None:
    def chosen(name: str) -> Analysis:
        decided = replace(film(name).prediction, prediction_set=("COVID19", "NORMAL"), level=0.95)
        return replace(film(name), prediction=replace(decided, thresholds=(0.125, 0.25, 0.75)))

    write_report(tmp_path / "r.pdf", [chosen("a.png"), chosen("b.png")], pictures, bundle)  # type: ignore[arg-type]
    summary, *_, page = texts(tmp_path / "r.pdf")
    assert "uncertain: at 95 %, it is not one finding alone that fits" in summary
    assert "At 95 %, the finding is one of COVID19, NORMAL." in page
    assert "Your thresholds apply: COVID19 0.125, NORMAL 0.25, PNEUMONIA 0.75." in page
    for number in ("0.125", "0.250", "0.750"):
        assert f"threshold {number}" in summary
        assert f"threshold {number}" in page
    # Films that were decided by different thresholds have no one mark in the summary.
    write_report(tmp_path / "r.pdf", [chosen("a.png"), film("b.png")], pictures, bundle)  # type: ignore[arg-type]
    assert "threshold 0." not in texts(tmp_path / "r.pdf")[0]


def test_many_films_have_a_summary_thumbnails_and_the_reasons_of_refusals(
    tmp_path: Path, bundle: Bundle, pictures: object
) -> None:
    films = [*(film(f"{i}.png") for i in range(50)), uncertain_film(), refusal("/films/胸 notes.txt", "got text " * 40)]
    agreement = compare_labels({("COVID19", "COVID19"): 7, ("NORMAL", "COVID19"): 2, ("NORMAL", None): 1}, FINDINGS)
    write_report(tmp_path / "r.pdf", films, pictures, bundle, agreement=agreement)  # type: ignore[arg-type]
    pages = texts(tmp_path / "r.pdf")
    assert len(pages) == 1 + 2 + 1 + 51  # summary, 42 thumbnails a page, files without a result, films
    assert "Summary of 52 films" in pages[0]
    assert "51 classified 1 refused" in pages[0]
    assert "1 uncertain" in pages[0]
    assert "7 of 10 agree" in pages[0]
    assert "0.778" in pages[0]  # 7 of the 9 films that the user called COVID19
    assert "49.png" in pages[2]
    assert "got text got text" in pages[3]
    assert "not-an-image" in pages[3]
    assert "胸 notes.txt" in pages[3]  # it has no glyph, and is found all the same
    assert "0.png" in pages[4]
    assert all(NOT_FOR_DIAGNOSIS in page for page in pages)
    titles = [item.title for item in pypdf.PdfReader(tmp_path / "r.pdf").outline]  # type: ignore[union-attr]
    assert titles[:4] == ["Summary", "Thumbnails", "Files without a result", "1 0.png"] or "0.png" in titles[3]


def test_a_single_file_without_a_result_has_a_page_with_its_reason(tmp_path: Path, bundle: Bundle) -> None:
    write_report(tmp_path / "r.pdf", [refusal(message="expected an image, got text")], lambda analysis: None, bundle)
    (page,) = texts(tmp_path / "r.pdf")
    assert "No result: refused (not-an-image) expected an image, got text" in page


def test_a_film_without_pixels_and_one_of_another_model_say_so(
    tmp_path: Path, bundle: Bundle, pictures: object
) -> None:
    write_report(tmp_path / "r.pdf", [film()], lambda analysis: None, bundle)
    assert "pixels were not at hand" in texts(tmp_path / "r.pdf")[0]
    other = replace(film(), model=replace(MODEL, sha256="0" * 64))
    write_report(tmp_path / "r.pdf", [other], pictures, bundle)  # type: ignore[arg-type]
    (page,) = texts(tmp_path / "r.pdf")
    assert "Another model" in page
    assert "threshold" not in page


def test_the_same_films_give_the_same_bytes(tmp_path: Path, bundle: Bundle, display: np.ndarray) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_report(tmp_path / name, [film(), film("二.png")], lambda a: film_pictures(display, a), bundle)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_memory_is_that_of_one_page(tmp_path: Path, bundle: Bundle, display: np.ndarray) -> None:
    held: dict[int, int] = {}

    def films() -> Iterator[Analysis]:
        for number in range(301):
            if number in (20, 300):
                gc.collect()
                held[number], _ = tracemalloc.get_traced_memory()
            yield film(f"{number}.png")

    made = film_pictures(display, film())
    tracemalloc.start()
    write_report(tmp_path / "r.pdf", films(), lambda analysis: replace(made, film=bytes(bytearray(made.film))), bundle)
    tracemalloc.stop()
    a_film = (held[300] - held[20]) / 280
    assert len(made.film) > 10_000
    assert a_film < 3000  # a few words for the summary and the bookmarks


def test_a_report_that_fails_leaves_the_earlier_one(tmp_path: Path, bundle: Bundle, pictures: object) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(b"earlier")

    def breaking() -> Iterator[Analysis]:
        yield film()
        raise ExportError("the store went away")

    with pytest.raises(ExportError, match="went away"):
        write_report(path, breaking(), pictures, bundle)  # type: ignore[arg-type]
    assert path.read_bytes() == b"earlier"
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.pdf"]
    with pytest.raises(ExportError, match="folder"):
        write_report(tmp_path / "missing" / "r.pdf", [film()], pictures, bundle)  # type: ignore[arg-type]


def test_a_folder_keeps_pictures_by_film_and_model(tmp_path: Path, display: np.ndarray) -> None:
    folder, analysis = PictureFolder(tmp_path), film()
    assert folder.is_needed(analysis)
    assert folder.find(analysis) is None
    folder.deliver(display, analysis)
    assert not folder.is_needed(analysis)
    kept = folder.find(analysis)
    assert kept is not None
    assert vars(kept) == vars(film_pictures(display, analysis))
    assert folder.is_needed(film("other.png"))
    assert folder.is_needed(replace(analysis, model=replace(MODEL, sha256="0" * 64)))


def test_pictures_are_no_larger_than_paper_needs_and_show_the_heat() -> None:
    display = np.full((3000, 2400), 0.5, np.float32)
    made = film_pictures(display, ok_analysis(shape=(3000, 2400), hot_cell=(0, 0)))
    film_image, heat, thumb = (
        cv2.imdecode(np.frombuffer(c, np.uint8), cv2.IMREAD_UNCHANGED) for c in vars(made).values()
    )
    assert film_image.shape == (1000, 800)
    assert thumb.shape == (128, 102)
    assert heat.shape == (1000, 800, 3)
    saturation = heat.max(axis=2).astype(int) - heat.min(axis=2)
    assert saturation[:100, :100].mean() > 20
    assert saturation[500:, 400:].mean() < 5


GOLDENS: dict[str, tuple[Callable[[], list[Analysis]], int]] = {
    "report_film": (lambda: [replace(film(f"{ODD_NAME} {'long ' * 40}.dcm"), warnings=("no window",) * 2)], 0),
    "report_uncertain": (lambda: [uncertain_film()], 0),
    "report_summary": (lambda: [*(film(f"{i}.png") for i in range(9)), uncertain_film(), refusal()], 0),
    "report_thumbnails": (lambda: [*(film(f"{i}.png") for i in range(9)), uncertain_film(), refusal()], 1),
    "report_refused": (lambda: [refusal(), refusal("/films/" + "very long name " * 12, "got text " * 60)], 1),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_pages_look_as_they_did(name: str, tmp_path: Path, bundle: Bundle, pictures: object) -> None:
    """Compare with tests/golden; CXRVIEWER_UPDATE_GOLDEN=1 writes those files anew: look at them before committing."""
    make, page_number = GOLDENS[name]
    agreement = compare_labels({("COVID19", "COVID19"): 5, ("NORMAL", "COVID19"): 1}, FINDINGS)
    write_report(tmp_path / "r.pdf", make(), pictures, bundle, agreement=agreement)  # type: ignore[arg-type]
    document = pypdfium2.PdfDocument(tmp_path / "r.pdf")
    picture = np.asarray(document[page_number].render(scale=1).to_pil().convert("RGB")).astype(np.float32)
    document.close()
    path = GOLDEN / f"{name}.png"
    if os.environ.get("CXRVIEWER_UPDATE_GOLDEN") == "1":
        Image.fromarray(picture.astype(np.uint8)).save(path, optimize=True)
    golden = np.asarray(Image.open(path).convert("RGB")).astype(np.float32)
    assert picture.shape == golden.shape
    difference = np.abs(picture - golden).max(axis=2)
    assert difference.mean() < 1
    assert cv2.blur(difference, (25, 25)).max() < 16  # a word, a small bar
