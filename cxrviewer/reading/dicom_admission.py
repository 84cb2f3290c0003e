"""Whether a DICOM header describes a frontal chest radiograph; if not, the refusal that says why."""

from __future__ import annotations

import unicodedata

from cxrviewer.errors import BodyPartError, ModalityError, MultiFrameError, ViewError
from cxrviewer.reading.dicom_header import Header, uid_name

# PS3.3 C.7.3.1.1.1; DR is no defined term, but some vendors write it for digital radiography; RG is film.
_RADIOGRAPHS = frozenset(("CR", "DX", "DR", "RG"))
_SECONDARY = frozenset(("", "OT", "SC"))
_CR_DX_SOP_CLASSES = frozenset(
    ("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1.1")
)
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"  # and, with a suffix, its multi-frame forms

# Words for the chest as headers have them, upper case, without accents.
_CHEST_WORDS = (
    *("CHEST", "THORA", "TORAX", "TORAC", "TORAKS", "LUNG", "PULM", "POUMON", "BRUSTKORB", "CXR", "RIB", "STERNUM"),
    *("HRUDNIK", "KLATKA PIERS", "RINTAKEHA", "ГРУД", "ОГК", "胸", "肺", "흉부", "가슴"),
)
_SPINE_WORDS = ("SPINE", "VERTEBR", "COLUMN", "RACHIS", "WIRBEL")  # the thoracic spine is not the chest
_CHEST_CODES = frozenset(("T-D3000", "51185008", "T-28000", "39607008", "816094009"))
_UNTOLD = frozenset(("", "UNKNOWN", "UNDEFINED", "OTHER", "NONE", "DEFAULT", "N/A", "NA", "ANY", "XRAY", "X-RAY"))

# PS3.3 C.8.1.2 and C.8.7.5: lateral and oblique views. LLD and RLD, lying on the side, are frontal projections.
_NOT_FRONTAL = frozenset(["LL", "RL", "LAT", "LLAT", "RLAT", "LLO", "RLO", "LAO", "RAO", "LPO", "RPO", "OBL", "XTL"])


def admit(header: Header, *, any_view: bool = False) -> tuple[str, ...]:
    """Return warnings about a header that describes, or does not deny to be, one frontal chest radiograph.

    With ``any_view`` other views and body parts are admitted, too, the refusal being one of the warnings: they can be
    looked at. Raises MultiFrameError, ModalityError, BodyPartError or ViewError with what the header says and what to
    do.
    """
    warnings = _check_modality(header)
    frames = header.integer("NumberOfFrames", 1)
    if frames > 1:
        raise MultiFrameError(
            f"expected one image, got {frames} frames. Export the one you mean as a single-frame image."
        )
    for check in (_check_body_part, _check_view):
        try:
            warnings += check(header)
        except (BodyPartError, ViewError) as refusal:
            if not any_view:
                raise
            warnings += (str(refusal),)
    if header.text("PresentationIntentType") == "FOR PROCESSING":
        warnings += ("the header says FOR PROCESSING: raw detector values, not the radiograph as it is read",)
    return warnings


def _check_modality(header: Header) -> tuple[str, ...]:
    modality, sop_class = header.text("Modality"), header.text("SOPClassUID")
    if modality in _RADIOGRAPHS:
        return ()
    is_secondary = sop_class == "" or sop_class.startswith(_SECONDARY_CAPTURE)
    if modality in _SECONDARY and (is_secondary or sop_class in _CR_DX_SOP_CLASSES):
        return (
            f"the header does not say that this is a radiograph (modality {modality or 'missing'}, secondary capture)",
        )
    said = modality if modality not in _SECONDARY else f"{modality or 'no modality'}, {uid_name(sop_class)}"
    raise ModalityError(
        f"expected a projection radiograph (modality CR or DX), got {_short(said)}. Give the chest radiograph itself."
    )


def _check_body_part(header: Header) -> tuple[str, ...]:
    meaning, code = header.code("AnatomicRegionSequence")
    said = header.text("BodyPartExamined") or meaning
    if code in _CHEST_CODES and not header.text("BodyPartExamined"):
        return ()
    plain = _without_accents(said)
    if plain in _UNTOLD:
        return () if plain == "" else (f"the header does not say which body part this is ({_short(said)})",)
    is_spine = any(word in plain for word in _SPINE_WORDS)
    if not is_spine and any(_without_accents(word) in plain for word in _CHEST_WORDS):
        return ()
    raise BodyPartError(
        f"expected a chest radiograph, got the body part {_short(said)}. If it is a chest, correct BodyPartExamined."
    )


def _check_view(header: Header) -> tuple[str, ...]:
    said = header.text("ViewPosition")
    meaning, _ = header.code("ViewCodeSequence")
    if not said:
        said = meaning
    lateral = "LATERAL" in said and "DECUBITUS" not in said
    if not said:
        # Rows that run towards the front or the back of the patient show a side (PS3.3 C.7.6.1.1.1).
        orientation = header.text("PatientOrientation")
        lateral = orientation[:1] in ("A", "P")
        said = f"rows towards {'anterior' if orientation[:1] == 'A' else 'posterior'}"
    if said in _NOT_FRONTAL or lateral or "OBLIQUE" in said:
        raise ViewError(
            f"expected a frontal view (PA or AP), got {_short(said)}. Give the frontal radiograph of the study."
        )
    return ()


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).replace("_", " ")


def _short(text: str) -> str:
    """Return a header's word fit for a message: short, printable."""
    return "".join(character for character in text[:40] if character.isprintable()) or "something unprintable"
