"""A result read back from a structured report that this program wrote; other reports are none of ours.

Read in a worker process as any file of a stranger's: what claims to be ours may be anything. highdicom is not needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cxrviewer.errors import CorruptFileError, LimitExceededError, MissingFileError, NotAnImageError
from cxrviewer.reading.dicom_header import as_number, read_elements
from cxrviewer.reading.result_objects import MANUFACTURER, STRUCTURED_REPORT
from cxrviewer.reading.signatures import SIGNATURE_BYTES, Format, identify
from cxrviewer.reading.translation import corrupt_unless, quiet
from cxrviewer.results.dicom import concepts
from cxrviewer.results.dicom.concepts import Concept, finding_of
from cxrviewer.results.dicom.stored_result import StoredFinding, StoredResult

MOST_BYTES: Final = 1 << 20
"""Reports of ours have some 10,000."""
_MOST_ITEMS: Final = 1000
_LONGEST_TEXT: Final = 1024
_KEYWORDS: Final = (
    "SpecificCharacterSet",
    "SOPClassUID",
    "SOPInstanceUID",
    "Manufacturer",
    "SeriesInstanceUID",
    "ContentDate",
    "ContentSequence",
)
_IMAGING_MEASUREMENTS: Final = Concept("126010", "DCM", "Imaging Measurements")
_GROUP: Final = Concept("125007", "DCM", "Measurement Group")
_NAME: Final = Concept("111001", "DCM", "Algorithm Name")
_VERSION: Final = Concept("111003", "DCM", "Algorithm Version")
_PARAMETERS: Final = Concept("111002", "DCM", "Algorithm Parameters")


def read_stored_result(path: Path) -> StoredResult | None:
    """Return the result in a structured report of this program's, None where the file is no such report.

    Raises MissingFileError, LimitExceededError for a report of more than 1 MiB, CorruptFileError where it is damaged
    or says nothing that a report of this program's does.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            if not _is_dicom(file.read(SIGNATURE_BYTES)):
                return None
            file.seek(0)
            with corrupt_unless("the structured report"), quiet():
                dataset = read_elements(file, min(size, MOST_BYTES), frozenset(), _KEYWORDS).dataset
                if not _is_ours(dataset):
                    return None
                if size > MOST_BYTES:
                    raise LimitExceededError(f"expected a report of at most {MOST_BYTES:,} bytes, got {size:,}.")
                return _parsed(dataset)
    except OSError as error:
        raise MissingFileError("the report cannot be opened. Check the permission to read it.") from error


def _is_dicom(prefix: bytes) -> bool:
    try:
        return identify(prefix) is Format.DICOM
    except NotAnImageError:
        return False


def _is_ours(dataset: Any) -> bool:
    manufacturer, sop_class = str(dataset.get("Manufacturer", "")), str(dataset.get("SOPClassUID", ""))
    return manufacturer.strip() == MANUFACTURER and sop_class == STRUCTURED_REPORT


def _parsed(dataset: Any) -> StoredResult:
    root = _Items(dataset)
    group = root.below(_IMAGING_MEASUREMENTS).below(_GROUP)
    findings = tuple(_findings(group))
    predicted = next(group.findings(concepts.MOST_PROBABLE), "")
    if not findings or predicted not in {finding.finding for finding in findings}:
        raise CorruptFileError(
            "expected a report with a probability of its most probable finding, got one without: it is damaged."
        )
    level = group.number(concepts.SET_LEVEL)
    parameters = dict(text.split("=", 1) for text in group.texts(_PARAMETERS) if "=" in text)
    date = str(dataset.get("ContentDate", ""))
    return StoredResult(
        findings=findings,
        predicted=predicted,
        prediction_set=None if level is None else tuple(group.findings(concepts.IN_SET)),
        level=level,
        model_name=next(group.texts(_NAME), ""),
        model_version=next(group.texts(_VERSION), ""),
        model_sha256=parameters.get("bundle-sha256", ""),
        engine=parameters.get("engine", ""),
        program=parameters.get("program", ""),
        film_uid=group.image(),
        film_sha256=parameters.get("film-sha256", ""),
        date=date if len(date) == 8 and date.isdecimal() else "",
        series_uid=str(dataset.get("SeriesInstanceUID", ""))[:64],
        instance_uid=str(dataset.get("SOPInstanceUID", ""))[:64],
        warnings=tuple(group.texts(concepts.WARNING)),
    )


def _findings(group: _Items) -> Iterator[StoredFinding]:
    seen: set[str] = set()
    for item in group.named(concepts.PROBABILITY):
        below = _Items(item)
        name, probability = next(below.findings(concepts.FINDING), ""), _numeric(item)
        if not name or name in seen or probability is None or not 0.0 <= probability <= 1.0:
            raise CorruptFileError("expected a finding with a probability from 0 to 1, got another; it is damaged.")
        seen.add(name)
        flagged = next((_code(item, "ConceptCodeSequence")[0] for item in below.named(concepts.FLAGGED)), "")
        said = {concepts.YES.value: True, concepts.NO.value: False}.get(flagged)
        yield StoredFinding(name, probability, below.number(concepts.THRESHOLD), said)


class _Items:
    """The content items below another one, by their concept name."""

    def __init__(self, parent: Any) -> None:
        self._items = list(parent.get("ContentSequence") or ())[:_MOST_ITEMS] if parent is not None else []

    def named(self, concept: Concept) -> Iterator[Any]:
        for item in self._items:
            if _code(item, "ConceptNameCodeSequence") == (concept.value, concept.scheme):
                yield item

    def below(self, concept: Concept) -> _Items:
        return _Items(next(self.named(concept), None))

    def texts(self, concept: Concept) -> Iterator[str]:
        for item in self.named(concept):
            yield _printable(str(item.get("TextValue", "")))

    def number(self, concept: Concept) -> float | None:
        return next((_numeric(item) for item in self.named(concept)), None)

    def findings(self, concept: Concept) -> Iterator[str]:
        for item in self.named(concept):
            value, scheme = _code(item, "ConceptCodeSequence")
            finding = finding_of(value, scheme)
            if finding is not None and (value, scheme) != (concepts.EMPTY_SET.value, concepts.EMPTY_SET.scheme):
                yield _printable(finding)

    def image(self) -> str:
        """Return the SOP instance UID of the first image that is referred to, "" where there is none."""
        for item in self._items:
            for reference in item.get("ReferencedSOPSequence") or ():
                return str(reference.get("ReferencedSOPInstanceUID", ""))[:64]
        return ""


def _code(item: Any, keyword: str) -> tuple[str, str]:
    sequence = item.get(keyword)
    code = sequence[0] if sequence else None
    if code is None:
        return "", ""
    value = code.get("CodeValue") or code.get("LongCodeValue", "")  # the latter beyond 16 characters
    return str(value), str(code.get("CodingSchemeDesignator", ""))


def _numeric(item: Any) -> float | None:
    measured = item.get("MeasuredValueSequence")
    return as_number(measured[0].get("NumericValue")) if measured else None


def _printable(text: str) -> str:
    return "".join(character for character in text[:_LONGEST_TEXT] if character.isprintable())
