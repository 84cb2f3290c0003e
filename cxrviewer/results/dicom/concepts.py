"""The codes of result objects: of DICOM, SNOMED CT and UCUM where they have one, otherwise of a scheme of our own."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

SCHEME: Final = "99CXRVIEWER"
SCHEME_NAME: Final = "cxrviewer result objects"
SCHEME_ORGANISATION: Final = "cxrviewer"


@dataclass(frozen=True)
class Concept:
    """A code's value, scheme and meaning; ``coded`` is what highdicom takes."""

    value: str
    scheme: str
    meaning: str

    @property
    def coded(self) -> Any:
        """The concept as highdicom's CodedConcept."""
        from highdicom.sr import CodedConcept

        return CodedConcept(value=self.value, scheme_designator=self.scheme, meaning=self.meaning)


CHEST_RADIOGRAPHY: Final = Concept("399208008", "SCT", "Plain chest X-ray")
FINDING: Final = Concept("121071", "DCM", "Finding")
COMMENT: Final = Concept("121106", "DCM", "Comment")
DEVICE: Final = Concept("121007", "DCM", "Device")
PROBABILITY: Final = Concept("122157", "DCM", "Probability")
THRESHOLD: Final = Concept("122411", "DCM", "Threshold Value")
GRAD_CAM: Final = Concept("130403", "DCM", "Gradient-weighted class activation")
SPATIAL_RESAMPLING: Final = Concept("113085", "DCM", "Spatial resampling")
NO_UNITS: Final = Concept("1", "UCUM", "no units")
YES: Final = Concept("373066001", "SCT", "Yes")
NO: Final = Concept("373067005", "SCT", "No")

CLASSIFIER: Final = Concept("classifier", SCHEME, "Image classification by a neural network")
FLAGGED: Final = Concept("flagged", SCHEME, "Probability reaches its threshold")
CALIBRATED: Final = Concept("calibrated", SCHEME, "Probability is calibrated")
MOST_PROBABLE: Final = Concept("most-probable", SCHEME, "Most probable finding")
SET_LEVEL: Final = Concept("set-level", SCHEME, "Level of the prediction set")
IN_SET: Final = Concept("in-set", SCHEME, "Finding in the prediction set")
EMPTY_SET: Final = Concept("none", SCHEME, "No finding")
SCOPE: Final = Concept("scope", SCHEME, "Scope of the model")
WARNING: Final = Concept("warning", SCHEME, "Warning")

_FINDINGS: Final = MappingProxyType(
    {
        "NORMAL": Concept("17621005", "SCT", "Normal"),
        "PNEUMONIA": Concept("233604007", "SCT", "Pneumonia"),
        "COVID19": Concept("840539006", "SCT", "COVID-19"),
    }
)


def finding_concept(finding: str) -> Concept:
    """Return the code of a bundle's finding: SNOMED CT's for those that are known, its own name otherwise."""
    return _FINDINGS.get(finding) or Concept(finding[:64], SCHEME, finding[:64])


def finding_of(value: str, scheme: str) -> str | None:
    """Return the finding that a code stands for, None where it is none of ours."""
    for finding, concept in _FINDINGS.items():
        if (concept.value, concept.scheme) == (value, scheme):
            return finding
    return value if scheme == SCHEME else None
