"""Open chest radiographs as a diagnostic viewer would, and classify them on this machine.

Research use only. Not for diagnosis. Heavy parts load on first use, so that importing the package stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxrviewer.version import __version__

if TYPE_CHECKING:
    from cxrviewer.classifier import Classifier
    from cxrviewer.reading import read_radiograph

__all__ = ["Classifier", "__version__", "read_radiograph"]


def __getattr__(name: str) -> Any:
    """Load the public names when they are first asked for (PEP 562)."""
    if name == "Classifier":
        from cxrviewer.classifier import Classifier

        return Classifier
    if name == "read_radiograph":
        from cxrviewer.reading import read_radiograph

        return read_radiograph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
