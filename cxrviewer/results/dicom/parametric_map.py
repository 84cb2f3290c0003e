"""The heatmaps as parametric maps: the numbers of Grad-CAM, which a picture of them is not.

Why these, and one for each finding: a greyscale presentation state (GSPS) shows the film in another window, with lines
and text, but no second picture; a pseudo-colour state colours the film itself; a blending state needs a second image
that lies on the film in one frame of reference, and hardly a viewer opens one. A parametric map (PS3.3 A.75) is a
picture by itself: 3D Slicer (QuantitativeReporting), OHIF from version 3.9, dcmtk and highdicom read its float values,
and archives file it. Viewers without floating point, such as those of Orthanc and most workstations, show the colour
secondary capture (``overlay_capture``), which is written for them. Of several frames at one position Slicer and OHIF
make a volume, so that every finding has an object of its own; all of a film are in one series.

Where it lies: the outer edges of the map are those of the film, so that a viewer can lay it over. A radiograph has no
position in the patient; the map has a frame of reference of its own, with the middle of the film's first pixel at its
origin, and the directions of the film's PatientOrientation (to the left and to the feet where the film does not say).
Without a pixel spacing in the film's header a pixel counts 1 mm, which DerivationDescription says.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

import numpy as np

from cxrviewer.domain import FloatArray, Heatmap
from cxrviewer.imaging.fitting import heatmap_at
from cxrviewer.results.dicom.concepts import GRAD_CAM, NO_UNITS
from cxrviewer.results.dicom.frame import Making, made_by_words, plain

KIND: Final = "heatmap"
_SERIES_NUMBER: Final = 9103
_LONGEST_SIDE: Final = 256  # pixels: Grad-CAM is smooth, its own grid has some 7 x 7 cells
_DIRECTIONS: Final = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}


def kind_of(heatmap: Heatmap) -> str:
    """Return the kind of a finding's map, as file names have it."""
    return f"{KIND}-{plain(heatmap.finding, 32)}"


def map_values(heatmap: Heatmap) -> FloatArray:
    """Return a heatmap over the whole film: (h, w) float32, at least 0, in logits; the longer side at most 256."""
    place = heatmap.placement
    scale = min(1.0, _LONGEST_SIDE / max(place.radiograph_height, place.radiograph_width))
    height, width = (max(1, round(side * scale)) for side in (place.radiograph_height, place.radiograph_width))
    rows = (np.arange(height, dtype=np.float64) + 0.5) * (place.radiograph_height / height)
    columns = (np.arange(width, dtype=np.float64) + 0.5) * (place.radiograph_width / width)
    return heatmap_at(heatmap, rows, columns)


def parametric_map(making: Making, heatmap: Heatmap, number: int) -> bytes:
    """Return one finding's map as a DICOM file; number: of the map in its series, from 1 on."""
    import highdicom
    from highdicom import pm

    values = map_values(heatmap)
    spacing, position = _geometry(making, heatmap, values.shape)
    greatest = float(values.max(initial=0.0)) or 1.0
    source = _film_in_space(making, spacing)
    kind = kind_of(heatmap)
    series = making.series(KIND, _SERIES_NUMBER, "cxrviewer heatmaps") | {
        "sop_instance_uid": making.uid(kind, "unsealed")
    }
    made = pm.ParametricMap(
        source_images=[source],
        pixel_array=values,
        instance_number=number,
        device_serial_number=plain(making.analysis.model.sha256, 64),
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[_mapping(heatmap, greatest)],
        voi_lut_transformations=[_window(greatest)],
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        content_description=plain(f"Grad-CAM for {heatmap.finding}, in logits", 64),
        content_creator_name="cxrviewer^",
        pixel_measures=highdicom.PixelMeasuresSequence(spacing, slice_thickness=1.0),
        plane_orientation=highdicom.PlaneOrientationSequence("PATIENT", source.ImageOrientationPatient),
        plane_positions=[highdicom.PlanePositionSequence("PATIENT", position)],
        content_label="GRAD_CAM",
        image_flavor="STATIC",
        **series,
    )
    made.DerivationDescription = plain(_words(making, heatmap), 1024)
    organisation = making.uid(kind, "dimension organisation")
    for item in (*made.DimensionOrganizationSequence, *made.DimensionIndexSequence):
        item.DimensionOrganizationUID = organisation
    return making.finish(made, kind)


def _window(greatest: float) -> Any:
    import highdicom

    # LINEAR does not permit a width below 1 (PS3.3 C.11.2.1.2), and logits are often less.
    return highdicom.VOILUTTransformation(greatest / 2, greatest, "None to most in this film", "LINEAR_EXACT")


def _mapping(heatmap: Heatmap, greatest: float) -> Any:
    from highdicom import pm

    return pm.RealWorldValueMapping(
        lut_label=plain(heatmap.finding, 16),
        lut_explanation=plain(f"{heatmap.method} for {heatmap.finding}", 64),
        unit=NO_UNITS.coded,
        value_range=(0.0, greatest),
        slope=1.0,
        intercept=0.0,
        quantity_definition=GRAD_CAM.coded,
    )


def _geometry(
    making: Making, heatmap: Heatmap, shape: tuple[int, ...]
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Return the spacing of rows and columns of a map in mm, and where the middle of its first pixel is."""
    place, film = heatmap.placement, making.source.spacing
    row_mm, column_mm = (1.0, 1.0) if film is None else (film.row_mm, film.column_mm)
    spacing = row_mm * place.radiograph_height / shape[0], column_mm * place.radiograph_width / shape[1]
    along_row, along_column = _directions(making)
    right, down = (spacing[1] - column_mm) / 2, (spacing[0] - row_mm) / 2
    x, y, z = (right * row + down * column for row, column in zip(along_row, along_column, strict=True))
    return spacing, (x, y, z)


def _directions(making: Making) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    row, column = making.source.orientation or ("L", "F")
    return _DIRECTIONS[row[0]], _DIRECTIONS[column[0]]


def _film_in_space(making: Making, spacing: tuple[float, float]) -> Any:
    """Return the film as highdicom wants a source to be: in the map's frame of reference."""
    film = deepcopy(making.source.dataset)
    film.FrameOfReferenceUID = making.uid(KIND, "frame of reference")
    film.PositionReferenceIndicator = ""
    film.ImagePositionPatient = [0.0, 0.0, 0.0]
    film.ImageOrientationPatient = [*_directions(making)[0], *_directions(making)[1]]
    known = making.source.spacing
    film.PixelSpacing = [1.0, 1.0] if known is None else [known.row_mm, known.column_mm]
    film.SliceThickness = 1.0
    film.LossyImageCompression = "01" if making.source.is_lossy else "00"
    return film


def _words(making: Making, heatmap: Heatmap) -> str:
    said = f"{made_by_words(making.analysis)} {heatmap.method} for {heatmap.finding}: compares regions of this film."
    if making.source.spacing is None:
        return f"{said} The film gives no pixel spacing; 1 mm a pixel is assumed."
    return said
