"""What all result objects have in common: who made them, in which series they are, and what is replaced of highdicom's.

highdicom dates an object by the clock and names it at random where it may; both are put right here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis
from cxrviewer.inference.bundle import Bundle
from cxrviewer.reading.result_objects import MANUFACTURER
from cxrviewer.results.dicom.concepts import SCHEME, SCHEME_NAME, SCHEME_ORGANISATION
from cxrviewer.results.dicom.identity import IMPLEMENTATION_UID, derived_uid, result_digest, sealed
from cxrviewer.results.dicom.source import SourceHeader

_CREATION: Final = ("InstanceCreationDate", "InstanceCreationTime", "DateOfSecondaryCapture", "TimeOfSecondaryCapture")


@dataclass(frozen=True, eq=False)
class Making:
    """One film and its result, on the way to objects."""

    source: SourceHeader
    analysis: Analysis
    bundle: Bundle

    @property
    def moment(self) -> tuple[str, str]:
        """The date and time of the objects, DA and TM."""
        return self.source.moment(self.bundle.metadata.created)

    @cached_property
    def digest(self) -> str:
        """The digest of the result, see ``identity.result_digest``."""
        return result_digest(self.analysis)

    def uid(self, *kind: str) -> str:
        """Return a UID of the film, the result and a kind of thing."""
        return derived_uid(*self._sources, *kind)

    def series(self, kind: str, number: int, description: str) -> dict[str, Any]:
        """Return highdicom's arguments for the series of a kind of object and for what makes it."""
        model = self.analysis.model
        date, time = self.moment
        return {
            "series_instance_uid": self.uid(kind, "series"),
            "series_number": number,
            "series_description": plain(f"{description}, research only", 64),
            "sop_instance_uid": self.uid(kind, "unsealed"),
            "manufacturer": MANUFACTURER,
            "manufacturer_model_name": plain(f"{model.name} {model.version}", 64),
            "software_versions": plain(f"cxrviewer {self.analysis.program_version}", 64),
            "content_date": date,
            "content_time": time,
            "specific_character_set": None,
        }

    def finish(self, dataset: Any, kind: str) -> bytes:
        """Return an object of highdicom's as a file, with the film's character set, no clock and its derived UID."""
        for keyword in _CREATION:
            if keyword in dataset:
                delattr(dataset, keyword)
        for equipment in dataset.get("ContributingEquipmentSequence", ()):  # highdicom names itself there
            equipment.pop("ContributionDateTime", None)
        if "SpecificCharacterSet" in self.source.dataset:
            dataset.SpecificCharacterSet = self.source.dataset.SpecificCharacterSet
        if dataset.Modality != "SR":
            dataset.BodyPartExamined = "CHEST"  # no paired part, which would need a laterality
        dataset.file_meta.ImplementationClassUID = IMPLEMENTATION_UID
        dataset.file_meta.ImplementationVersionName = plain(f"CXRVIEWER_{self.analysis.program_version}", 16)
        return sealed(dataset, *self._sources, kind)

    @property
    def _sources(self) -> tuple[str, ...]:
        return self.source.sop_instance_uid, self.analysis.sha256, self.analysis.model.sha256, self.digest


def plain(text: str, longest: int) -> str:
    """Return a text of ours as every character set has it: ASCII, without control characters and backslashes."""
    ascii_only = text.encode("ascii", "replace").decode("ascii")
    return re.sub(r"[\x00-\x1f\x7f\\]", " ", ascii_only)[:longest].strip()


def coding_schemes() -> list[Any]:
    """Return what tells a reader whose the private codes are (PS3.3 C.12.1, Coding Scheme Identification Sequence)."""
    from highdicom.coding_schemes import CodingSchemeIdentificationItem

    return [CodingSchemeIdentificationItem(SCHEME, name=SCHEME_NAME, responsible_organization=SCHEME_ORGANISATION)]


def made_by_words(analysis: Analysis) -> str:
    """Return in a sentence or two which model and program made an object, and that it is not for diagnosis."""
    model = analysis.model
    return plain(
        f"{NOT_FOR_DIAGNOSIS} {model.name} {model.version} (SHA-256 {model.sha256}), engine {analysis.engine}, "
        f"cxrviewer {analysis.program_version}.",
        1024,
    )
