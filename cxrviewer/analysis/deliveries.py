"""Several things made of one film while its pixels are in the worker."""

from __future__ import annotations

from dataclasses import dataclass

from cxrviewer.analysis.job import Delivery
from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.errors import CxrViewerError, ExportError


@dataclass(frozen=True)
class Deliveries:
    """Deliveries made together; picklable where all of them are."""

    parts: tuple[Delivery, ...]

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether one of them is still to be made."""
        return any(part.is_needed(analysis) for part in self.parts)

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Make all that are needed; ExportError with the reasons of those that cannot be, once the others are made."""
        reasons = []
        for part in self.parts:
            if part.is_needed(analysis):
                try:
                    part.deliver(display, analysis)
                except CxrViewerError as error:
                    reasons.append(str(error))
        if reasons:
            raise ExportError(" ".join(reasons))
