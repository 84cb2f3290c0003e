"""UIDs and file names of result objects: derived, so that one input has one name and no name has two contents.

A UID is 2.25 and the UUID, version 5 (RFC 9562, 5.5; DICOM PS3.5 B.2), of its sources in a name space of this program.
Sources of a series: the film's SOP instance UID, ``result_digest`` and the kind of object. Of an instance: the same and
the SHA-256 of all that the object holds besides its own UID, so that another version of a library that draws or writes
one pixel otherwise names another object.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from cxrviewer.domain import Analysis
from cxrviewer.results.serialisation import analysis_to_json

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NAMESPACE: Final = uuid.UUID("6f1d3c52-9b0e-5d5a-8f7e-3f6b2c1a9e44")
_NOT_OF_THE_RESULT: Final = ("path", "milliseconds", "analysed_at", "patient")
_PLACEHOLDER: Final = "2.25.0"


def derived_uid(*sources: str) -> str:
    """Return the UID of some texts: always the same for the same ones."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, json.dumps(sources)).int}"


IMPLEMENTATION_UID: Final = derived_uid("implementation")
DEVICE_UID: Final = derived_uid("device")


def result_digest(analysis: Analysis) -> str:
    """Return the SHA-256 of what a result says: file, bundle, engine, program, settings, numbers, heatmaps, warnings.

    Where the file lies, when and how fast it was analysed, and the patient are not in it.
    """
    content = analysis_to_json(analysis)
    for key in _NOT_OF_THE_RESULT:
        del content[key]
    return hashlib.sha256(json.dumps(_with_floats(content), sort_keys=True).encode("ascii")).hexdigest()


def _with_floats(value: Any) -> Any:
    """Return JSON values with every number as a float: 256 comes back from the store as 256.0."""
    if isinstance(value, dict):
        return {key: _with_floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def object_file_name(digest: str, kind: str) -> str:
    """Return the file name of an object of a result: no word of the film's name, which may be the patient's."""
    return f"cxrviewer-{digest[:20]}-{kind}.dcm"


def sealed(dataset: Dataset, *sources: str) -> bytes:
    """Give a data set its SOP instance UID, of its own content and the sources, and return it as a DICOM file."""
    _set_instance_uid(dataset, _PLACEHOLDER)
    content = hashlib.sha256(_encoded(dataset)).hexdigest()
    _set_instance_uid(dataset, derived_uid(*sources, content))
    return _encoded(dataset)


def _set_instance_uid(dataset: Any, uid: str) -> None:
    dataset.SOPInstanceUID = uid
    dataset.file_meta.MediaStorageSOPInstanceUID = uid


def _encoded(dataset: Dataset) -> bytes:
    from pydicom import dcmwrite

    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()
