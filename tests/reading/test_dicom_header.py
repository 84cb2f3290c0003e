"""What a DICOM header says: display, facts, and whether it is a frontal chest radiograph."""

import logging
import warnings

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cxrviewer.domain import Orientation
from cxrviewer.errors import BodyPartError, ModalityError, NoPixelDataError, ViewError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import read_radiograph
from tests.films import write_dicom
from tests.reading.builders import BIG_ENDIAN, EXPLICIT, IMPLICIT, dicom_bytes, dicom_dataset, noise, written

SHAPE = (70, 83)
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
PIXELS = noise(SHAPE, "u2", bits=12)

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR CS")  # what the test writes on purpose


def read_with(read_bytes, pixels=PIXELS, **attributes):
    return read_bytes(dicom_bytes(pixels, **attributes))


def lut_item(descriptor, data):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", "US", data)
    return item


def code(meaning, value="X", scheme="SCT"):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def test_facts_and_patient(read_bytes):
    radiograph = read_with(
        read_bytes, BitsStored=12, HighBit=11, PixelSpacing=[0.14, 0.15], ImagerPixelSpacing=[0.2, 0.2]
    )
    facts = radiograph.facts
    assert (facts.format, facts.modality, facts.view_position, facts.body_part) == ("DICOM", "DX", "PA", "CHEST")
    assert (facts.width, facts.height, facts.bits, facts.photometric) == (83, 70, 12, "MONOCHROME2")
    assert facts.transfer_syntax == "Explicit VR Little Endian"
    assert (radiograph.spacing.row_mm, radiograph.spacing.column_mm) == (0.14, 0.15)
    assert radiograph.spacing.source == "PixelSpacing"
    assert (radiograph.patient.name, radiograph.patient.identifier) == ("Secret^Person", "ID-4711")
    assert radiograph.warnings == ()
    assert read_with(read_bytes, ImagerPixelSpacing=[0.2, 0.3]).spacing.source == "ImagerPixelSpacing"
    assert read_with(read_bytes).spacing is None
    assert read_with(read_bytes, PixelSpacing=[0, 0]).spacing is None


def test_rescale_and_windows(read_bytes):
    radiograph = read_with(
        read_bytes,
        RescaleSlope="2.5",
        RescaleIntercept="-1024",
        WindowCenter=[100, 200],
        WindowWidth=[50, 60],
        WindowCenterWidthExplanation=["NORMAL", "HARDER"],
        VOILUTFunction="SIGMOID",
    )
    assert (radiograph.slope, radiograph.intercept) == (2.5, -1024.0)
    assert [(w.centre, w.width, w.function, w.explanation) for w in radiograph.windows] == [
        (100, 50, "SIGMOID", "NORMAL"),
        (200, 60, "SIGMOID", "HARDER"),
    ]
    assert radiograph.warnings == ()
    single = read_with(read_bytes, WindowCenter="2048.5", WindowWidth="4096")
    assert [(w.centre, w.width, w.function) for w in single.windows] == [(2048.5, 4096, "LINEAR")]


@pytest.mark.parametrize(
    "attributes",
    [
        {"WindowCenter": 100, "WindowWidth": 0},
        {"WindowCenter": 100, "WindowWidth": -5},
        {"WindowCenter": 100},
        {"WindowWidth": 100},
        {"WindowCenter": 100, "WindowWidth": 10, "VOILUTFunction": "CUBIC"},
        {"RescaleSlope": 0, "RescaleIntercept": 0},
        {"RescaleSlope": 1},
        {"VOILUTSequence": [lut_item([100, 0, 12], [1, 2, 3])]},
        {"ModalityLUTSequence": [lut_item([4, 0, 40], [1, 2, 3, 4])]},
    ],
)
def test_malformed_display_is_a_warning_and_a_fallback(read_bytes, attributes):
    radiograph = read_with(read_bytes, **attributes)
    assert len(radiograph.warnings) == 1
    np.testing.assert_array_equal(radiograph.stored, PIXELS)
    rendered = default_rendering(radiograph)
    assert (rendered.min(), rendered.max()) == (0, 1)


def test_malformed_numbers_are_survived(read_bytes):
    data = dicom_bytes(PIXELS, WindowCenter="4711", WindowWidth="4712")
    radiograph = read_bytes(data.replace(b"4711", b"x,!1"))
    assert radiograph.windows == ()
    assert len(radiograph.warnings) == 1


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG_ENDIAN])
@pytest.mark.parametrize("signed", [False, True])
def test_lookup_tables(read_bytes, syntax, signed):
    first = -200 if signed else 100
    modality = (np.arange(4096) // 2).astype(np.uint16)
    voi = (np.arange(2048)[::-1] // 2).astype(np.uint16)
    pixels = PIXELS.astype(np.int16) - 1000 if signed else PIXELS
    dataset = dicom_dataset(pixels.astype(pixels.dtype.newbyteorder(">" if syntax == BIG_ENDIAN else "<")))
    order = ">u2" if syntax == BIG_ENDIAN else "<u2"
    for keyword, values, start, bits in (("ModalityLUTSequence", modality, first, 16), ("VOILUTSequence", voi, 0, 10)):
        item = Dataset()
        item.add_new("LUTDescriptor", "SS" if start < 0 else "US", [len(values), start, bits])
        item.add_new("LUTData", "OW", values.astype(order).tobytes())
        setattr(dataset, keyword, Sequence([item]))
    radiograph = read_bytes(written(dataset, syntax))
    assert radiograph.warnings == ()
    assert (radiograph.modality_lut.first, radiograph.modality_lut.bits) == (first, 16)
    np.testing.assert_array_equal(radiograph.modality_lut.values, modality)
    np.testing.assert_array_equal(radiograph.voi_lut.values, voi)
    through = voi[modality[np.clip(pixels.astype(int) - first, 0, 4095)]] / 1023
    np.testing.assert_allclose(default_rendering(radiograph), through, atol=1e-6)


def test_a_lut_of_65536_entries_and_one_of_8_bits(read_bytes):
    whole = np.arange(65536).astype(np.uint16)
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [0, 0, 16])
    item.add_new("LUTData", "OW", whole.astype("<u2").tobytes())
    radiograph = read_with(read_bytes, VOILUTSequence=Sequence([item]))
    np.testing.assert_array_equal(radiograph.voi_lut.values, whole)
    eight = Dataset()
    eight.add_new("LUTDescriptor", "US", [256, 0, 8])
    eight.add_new("LUTData", "OW", bytes(range(256)))
    radiograph = read_with(read_bytes, VOILUTSequence=Sequence([eight]))
    np.testing.assert_array_equal(radiograph.voi_lut.values, np.arange(256))


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted", "warned"),
    [
        ("MONOCHROME2", "", False, False),
        ("MONOCHROME2", "IDENTITY", False, False),
        ("MONOCHROME1", "", True, False),
        ("MONOCHROME1", "INVERSE", True, False),
        ("MONOCHROME1", "IDENTITY", True, True),
        ("MONOCHROME2", "INVERSE", True, True),
    ],
)
def test_inversion_is_applied_exactly_once(read_bytes, photometric, shape, inverted, warned):
    attributes = {"PhotometricInterpretation": photometric, "WindowCenter": 2048, "WindowWidth": 4096}
    if shape:
        attributes["PresentationLUTShape"] = shape
    radiograph = read_with(read_bytes, **attributes)
    assert radiograph.inverted is inverted
    assert bool(radiograph.warnings) is warned
    np.testing.assert_array_equal(radiograph.stored, PIXELS)
    straight = np.clip((PIXELS - 2047.5) / 4095 + 0.5, 0, 1)
    np.testing.assert_allclose(default_rendering(radiograph), 1 - straight if inverted else straight, atol=1e-6)


def test_padding(read_bytes):
    assert read_with(read_bytes).padding is None
    assert read_with(read_bytes, PixelPaddingValue=7).padding == (7, 7)
    assert read_with(read_bytes, PixelPaddingValue=4000, PixelPaddingRangeLimit=3900).padding == (3900, 4000)
    signed = dicom_dataset(PIXELS.astype(np.int16) - 1000)
    signed.add_new("PixelPaddingValue", "SS", -2000)
    assert read_bytes(written(signed)).padding == (-2000, -2000)


@pytest.mark.parametrize("modality", ["CR", "DX", "DR", "RG"])
def test_radiographs_are_admitted_whatever_their_sop_class(read_bytes, modality):
    for sop_class in (SECONDARY_CAPTURE, "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1"):
        assert read_with(read_bytes, Modality=modality, SOPClassUID=sop_class).warnings == ()


@pytest.mark.parametrize("modality", ["OT", "", "SC", None])
def test_secondary_captures_are_admitted_with_a_warning(read_bytes, modality):
    radiograph = read_with(read_bytes, Modality=modality, SOPClassUID=SECONDARY_CAPTURE)
    assert any("does not say that this is a radiograph" in warning for warning in radiograph.warnings)


@pytest.mark.parametrize("modality", ["CT", "MR", "US", "MG", "RF", "XA", "NM", "PT", "ES", "SM", "IO", "PX"])
def test_other_modalities_are_refused_by_name(read_bytes, modality):
    with pytest.raises(ModalityError, match=modality):
        read_with(read_bytes, Modality=modality)


def test_a_capture_whose_sop_class_contradicts_is_refused(read_bytes):
    with pytest.raises(ModalityError, match="CT Image Storage"):
        read_with(read_bytes, Modality="OT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2")


@pytest.mark.parametrize(
    "part", ["CHEST", "Chest", "THORAX", "LUNG", "LUNGS", "CHESTABDOMEN", "TÓRAX", "TORACE", "CHEST_PORT", "", None]
)
def test_chests_are_admitted(read_bytes, part):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = dicom_bytes(PIXELS, BodyPartExamined=part, SpecificCharacterSet="ISO_IR 192")
    assert read_bytes(data).warnings == ()


@pytest.mark.parametrize("part", ["KNEE", "ABDOMEN", "SKULL", "HAND", "TSPINE", "THORACIC SPINE", "PELVIS", "SHOULDER"])
def test_other_body_parts_are_refused_by_name(read_bytes, part):
    with pytest.raises(BodyPartError, match=part):
        read_with(read_bytes, BodyPartExamined=part)


def test_an_untold_body_part_is_a_warning_and_a_coded_one_counts(read_bytes):
    assert any("body part" in warning for warning in read_with(read_bytes, BodyPartExamined="UNKNOWN").warnings)
    with pytest.raises(BodyPartError, match="KNEE"):
        read_with(read_bytes, BodyPartExamined=None, AnatomicRegionSequence=code("Knee"))
    chest = code("Brustraum", "51185008")
    assert read_with(read_bytes, BodyPartExamined=None, AnatomicRegionSequence=chest).warnings == ()


@pytest.mark.parametrize("view", ["LL", "RL", "LATERAL", "LAT", "Left Lateral", "RLO", "LAO"])
def test_views_from_the_side_are_refused_by_name(read_bytes, view):
    with pytest.raises(ViewError, match=view.upper()):
        read_with(read_bytes, ViewPosition=view)


def test_other_views_and_body_parts_can_be_read_to_be_looked_at(tmp_path):
    for name, said in (("ViewPosition", "LL"), ("BodyPartExamined", "KNEE")):
        path = write_dicom(tmp_path / f"{said}.dcm", **{name: said})
        radiograph = read_radiograph(path, any_view=True)
        assert [said in warning for warning in radiograph.warnings] == [True]
        with pytest.raises((ViewError, BodyPartError), match=said):
            read_radiograph(path)
    with pytest.raises(ModalityError):
        read_radiograph(write_dicom(tmp_path / "ct.dcm", Modality="CT"), any_view=True)


def test_coded_views_and_orientations_count_where_no_view_is_given(read_bytes):
    with pytest.raises(ViewError, match="LATERAL"):
        read_with(read_bytes, ViewPosition=None, ViewCodeSequence=code("left lateral"))
    with pytest.raises(ViewError, match="anterior"):
        read_with(read_bytes, ViewPosition="", PatientOrientation=["A", "F"])
    assert read_with(read_bytes, ViewPosition="", PatientOrientation=["L", "F"]).warnings == ()
    for view in ("PA", "AP", "LLD", "RLD", "", None):
        assert read_with(read_bytes, ViewPosition=view).warnings == ()


def test_the_sides_that_rows_and_columns_run_to_are_kept(read_bytes):
    assert read_with(read_bytes, PatientOrientation=["L", "F"]).orientation == Orientation("L", "F")
    assert read_with(read_bytes, PatientOrientation=["LA", "FP"]).orientation == Orientation("LA", "FP")
    assert read_with(read_bytes).orientation is None
    for nothing in ([], ["L"], ["L", ""], ["CD", "CR"], ["L", "F", "H"]):
        assert read_with(read_bytes, PatientOrientation=nothing).orientation is None


def test_raw_detector_values_are_a_warning(read_bytes):
    assert any("FOR PROCESSING" in w for w in read_with(read_bytes, PresentationIntentType="FOR PROCESSING").warnings)


def test_header_values_reach_neither_screen_nor_log_nor_messages(read_bytes, caplog, capfd):
    """pydicom quotes malformed values, a patient's among them, in its warnings and log records."""
    data = dicom_bytes(PIXELS, Modality="MR", PatientBirthDate="19500102", SpecificCharacterSet="ISO_IR 100")
    data = data.replace(b"19500102", b"Secret!!").replace(b"ISO_IR 100", b"SECRET_100")
    logging.basicConfig(level=logging.DEBUG)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ModalityError) as error:
            read_bytes(data)
    said = str(error.value) + caplog.text + "".join(capfd.readouterr()) + "".join(str(w.message) for w in caught)
    assert "secret" not in said.lower()
    assert "4711" not in said


def test_a_dicomdir_is_no_image(read_bytes):
    dataset = Dataset()
    dataset.file_meta = dicom_dataset(PIXELS).file_meta
    dataset.SOPClassUID = "1.2.840.10008.1.3.10"
    dataset.DirectoryRecordSequence = Sequence([])
    with pytest.raises(NoPixelDataError, match="Media Storage Directory"):
        read_bytes(written(dataset))
