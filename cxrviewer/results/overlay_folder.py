"""Overlays delivered into a folder while a film's pixels are at hand, so that no film is decoded twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.results.overlay import overlay_file_name, write_overlay
from cxrviewer.results.overlay_signature import sign_overlay


@dataclass(frozen=True)
class OverlayFolder:
    """The folder that the overlays of a run go to; picklable, used in worker processes."""

    folder: Path

    def path(self, analysis: Analysis) -> Path:
        """Return where the overlay of a film lies."""
        return self.folder / overlay_file_name(analysis)

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether the film has no overlay there yet."""
        return not self.path(analysis).exists()

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Write the overlay; display: (H, W) float32 in [0, 1]. Raises ExportError where it cannot be written."""
        write_overlay(self.path(analysis), display, analysis)

    def sign(self, analysis: Analysis, identifier: str) -> None:
        """Put the identifier of the analysis's entry in the audit log into its overlay, where there is one without.

        Raises ExportError where it cannot be written.
        """
        sign_overlay(self.path(analysis), analysis.sha256, identifier)
