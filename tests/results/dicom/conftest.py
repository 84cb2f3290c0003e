"""One DICOM film with its real result, analysed once, and the objects that were written of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.analysis.analyze import AnalysisSettings, ExaminedFile, examine_file
from cxrviewer.domain import Analysis
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.lung_segmenter import LungSegmenter
from cxrviewer.results.dicom.export import write_result_objects
from tests.films import write_dicom

STUDY = {
    "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.11",
    "SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.12",
    "StudyDate": "20250314",
    "StudyTime": "101500",
    "AccessionNumber": "A-77",
    "StudyID": "S-7",
    "PatientSex": "F",
    "PatientOrientation": ["L", "F"],
    "ImagerPixelSpacing": ["0.5", "0.25"],
}


@dataclass(frozen=True)
class Workbench:
    """The bundle with its engine, to analyse films with."""

    bundle: Bundle
    engine: Engine
    segmenter: LungSegmenter

    def examine(self, path: Path, **settings: Any) -> ExaminedFile:
        return examine_file(path, self.bundle, self.engine, AnalysisSettings(**settings), segmenter=self.segmenter)

    def write(self, path: Path, folder: Path, **settings: Any) -> tuple[Path, ...]:
        """Analyse a film and write its objects."""
        examined = self.examine(path, **settings)
        assert examined.display is not None, examined.analysis.message
        return write_result_objects(path, examined.display, examined.analysis, self.bundle, folder)


@dataclass(frozen=True)
class Written:
    """A film, its result, and its objects by kind: "sr", "overlay", "heatmap-NORMAL" and so on."""

    film: Path
    examined: ExaminedFile
    paths: tuple[Path, ...]

    @property
    def analysis(self) -> Analysis:
        return self.examined.analysis

    def path(self, kind: str) -> Path:
        return next(path for path in self.paths if path.stem.endswith(f"-{kind}"))


@pytest.fixture(scope="session")
def workbench() -> Workbench:
    bundle = find_bundle("cxr_mobilenetv2")
    return Workbench(bundle, open_engine("litert", bundle), LungSegmenter())


@pytest.fixture(scope="session")
def film_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return what writes a film in a study, with other attributes where they are given; None removes one."""

    def make(**attributes: Any) -> Path:
        import pydicom

        path = tmp_path_factory.mktemp("film") / "DOE_JANE.dcm"
        given = STUDY | {name: value for name, value in attributes.items() if value is not None}
        given = {name: value for name, value in given.items() if attributes.get(name, "") is not None}
        write_dicom(path, 160, seed=4, **given)
        absent = [name for name, value in attributes.items() if value is None and name not in STUDY]
        if absent:
            dataset = pydicom.dcmread(path)
            for name in absent:
                delattr(dataset, name)
            dataset.save_as(path)
        return path

    return make


@pytest.fixture(scope="session")
def written(workbench: Workbench, film_of: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Written:
    film = film_of()
    examined = workbench.examine(film)
    assert examined.display is not None
    folder = tmp_path_factory.mktemp("objects")
    paths = write_result_objects(film, examined.display, examined.analysis, workbench.bundle, folder)
    return Written(film, examined, paths)
