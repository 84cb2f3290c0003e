"""Result objects delivered into a folder while a film's pixels are at hand, so that no film is decoded twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.errors import BundleHashError
from cxrviewer.inference.bundle import Bundle, load_bundle
from cxrviewer.results.dicom.export import object_paths, write_result_objects


@dataclass(frozen=True)
class ResultObjectFolder:
    """The folder that the DICOM objects of a run go to, and that of the bundle that gives its results; picklable.

    Films that are no DICOM are passed over: they have no study that an object could be in.
    """

    folder: Path
    bundle_folder: Path
    _loaded: list[Bundle] = field(default_factory=list, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return ResultObjectFolder, (self.folder, self.bundle_folder)

    def paths(self, analysis: Analysis) -> tuple[Path, ...]:
        """Return where the objects of a film lie, or would; none where it is no DICOM film with a result."""
        return object_paths(analysis, self.folder)

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether one of the film's objects is not there yet."""
        return any(not path.exists() for path in self.paths(analysis))

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Write the objects that are not there yet; display: (H, W) float32 in [0, 1].

        Raises what ``write_result_objects`` does, and BundleHashError where the bundle is not the one of the result.
        """
        if self.is_needed(analysis):
            bundle = self._bundle()
            if bundle.sha256 != analysis.model.sha256:
                raise BundleHashError(
                    f"expected the bundle that gave the result, got another one in {self.bundle_folder}; analyse the "
                    "film again."
                )
            write_result_objects(Path(analysis.path), display, analysis, bundle, self.folder)

    def _bundle(self) -> Bundle:
        if not self._loaded:
            self._loaded.append(load_bundle(self.bundle_folder, verify=False))  # only its metadata is used
        return self._loaded[0]
