"""A second explanation by worker processes: the same as in one go, stopped at any time, and errors that have a name."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.analysis.explaining import ExplanationProgress, explain_file
from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.errors import ExportError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.explanation import Explanation
from cxrviewer.inference.occlusion import CELLS, occlusion_sensitivity
from cxrviewer.reading import read_radiograph
from tests.films import write_png

POOL = PoolSettings(workers=2)


@dataclass(frozen=True)
class CannotDraw:
    """A picture that cannot be written."""

    def __call__(self, display: np.ndarray, explanation: Explanation) -> None:
        raise ExportError(f"no room for a film of {display.shape}")


@pytest.fixture(scope="module")
def job() -> AnalysisJob:
    bundle = find_bundle("cxr_mobilenetv2", verify=False)
    return AnalysisJob(bundle.folder, bundle.sha256, "litert")


def test_several_workers_give_what_one_go_gives(job: AnalysisJob, tmp_path: Path) -> None:
    path = write_png(tmp_path / "film.png", 260, seed=4)
    results = list(explain_file(path, job, POOL, WaitingItems()))
    assert results[:-1] == [ExplanationProgress(done, CELLS) for done in range(1, CELLS + 1)]
    explanation = results[-1]
    assert isinstance(explanation, Explanation)
    assert explanation.maps is not None
    bundle = find_bundle("cxr_mobilenetv2", verify=False)
    network_input, _ = fit(default_rendering(read_radiograph(path)), bundle.input_spec)
    alone = occlusion_sensitivity(open_engine("litert", bundle), network_input)
    assert np.allclose(explanation.maps.drops, alone.drops, atol=1e-4)
    assert explanation.is_of(explanation.analysis)


def test_it_ends_when_it_is_stopped(job: AnalysisJob, tmp_path: Path) -> None:
    steps = WaitingItems()
    seen = []
    for result in explain_file(write_png(tmp_path / "film.png", 200), job, POOL, steps):
        seen.append(result)
        steps.stop()
    assert len(seen) < CELLS
    assert not any(isinstance(result, Explanation) for result in seen)


def test_a_refused_file_and_a_picture_that_fails_have_their_names(job: AnalysisJob, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no image", encoding="utf-8")
    (refused,) = explain_file(text, job, POOL, WaitingItems())
    assert isinstance(refused, Explanation)
    assert refused.maps is None
    assert refused.analysis.code == "not-an-image"
    film = write_png(tmp_path / "film.png", 200)
    with (
        closing(explain_file(film, job, POOL, WaitingItems(), CannotDraw())) as results,
        pytest.raises(ExportError, match=r"no room for a film of \(200, 200\)"),
    ):
        list(results)
