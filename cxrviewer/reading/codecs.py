"""Which DICOM transfer syntaxes are read here, and by what."""

from __future__ import annotations

import importlib

from cxrviewer.reading.dicom_codecs import ENCAPSULATED_SYNTAXES, codec_for, codec_name
from cxrviewer.reading.dicom_header import UNCOMPRESSED_SYNTAXES

# What each decoder's distribution is imported as.
_MODULES = {
    "pillow": "PIL.Image",
    "python-gdcm": "gdcm",
    "pyjpegls": "jpeg_ls",
    "pylibjpeg-openjpeg": "openjpeg",
    "pylibjpeg-rle": "rle",
}


def codec_table() -> dict[str, str]:
    """Return the decoder of every transfer syntax by the syntax's name, or why its decoder does not work."""
    from pydicom.uid import UID

    table = {UID(syntax).name: "pydicom, uncompressed" for syntax in sorted(UNCOMPRESSED_SYNTAXES)}
    for syntax in sorted(ENCAPSULATED_SYNTAXES):
        distribution = codec_for(syntax).distribution
        try:
            importlib.import_module(_MODULES[distribution])
        except ImportError as error:
            table[UID(syntax).name] = f"{distribution} does not work: {error}"
        else:
            table[UID(syntax).name] = codec_name(distribution)
    return table
