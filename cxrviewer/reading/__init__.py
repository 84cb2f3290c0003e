"""File to ``Radiograph``: every format that is read, the limits, and which files a path stands for.

Importing it stays cheap: Pillow, OpenCV, pydicom and the decoders load when a file needs them.
"""

from __future__ import annotations

from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits
from cxrviewer.reading.pydicom_import import keep_http_client_out
from cxrviewer.reading.registry import read_radiograph

__all__ = ["DEFAULT_LIMITS", "Limits", "read_radiograph"]

keep_http_client_out()  # whatever imports pydicom here comes after this
