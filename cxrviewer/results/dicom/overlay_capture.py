"""The overlay as a colour secondary capture, which every viewer shows: film, heatmap and legend in its pixels.

BurnedInAnnotation is YES: words are burnt into the picture, and whether the film itself carries a patient's name in its
pixels no program can rule out. They are neither compressed nor reduced further than in the overlay's PNG file.
"""

from __future__ import annotations

from typing import Any, Final

from cxrviewer.domain import FloatArray
from cxrviewer.results.dicom.concepts import Concept
from cxrviewer.results.dicom.frame import Making, made_by_words, plain
from cxrviewer.results.overlay import render_overlay

KIND: Final = "overlay"
_SERIES_NUMBER: Final = 9102
_PURPOSE: Final = Concept("121322", "DCM", "Source image for image processing operation")


def overlay_capture(making: Making, display: FloatArray) -> bytes:
    """Return the secondary capture as a DICOM file; display: (H, W) float32 in [0, 1], as the model saw it."""
    from highdicom.sc import SCImage

    source = making.source.dataset
    picture = SCImage(
        render_overlay(display, making.analysis, names_file=False),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        study_instance_uid=source.StudyInstanceUID,
        instance_number=1,
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        **making.series(KIND, _SERIES_NUMBER, "cxrviewer overlay"),
    )
    picture.copy_patient_and_study_information(source)
    picture.PatientOrientation = list(making.source.orientation or ())
    picture.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    picture.BurnedInAnnotation = "YES"
    picture.LossyImageCompression = "01" if making.source.is_lossy else "00"
    predicted = making.analysis.prediction.predicted if making.analysis.prediction else ""
    picture.DerivationDescription = plain(
        f"{made_by_words(making.analysis)} The film under the Grad-CAM heatmap for {predicted}, with a legend.", 1024
    )
    picture.SourceImageSequence = [_source_image(source)]
    return making.finish(picture, KIND)


def _source_image(source: Any) -> Any:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    item.PurposeOfReferenceCodeSequence = [_PURPOSE.coded]
    return item
