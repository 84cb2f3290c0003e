"""A result that is stored in a film's study, and in what a fresh one differs from it."""

from __future__ import annotations

from dataclasses import dataclass

from cxrviewer.domain import Analysis


@dataclass(frozen=True)
class StoredFinding:
    """One finding of a stored result; ``threshold`` and ``flagged`` are None where the report does not say."""

    finding: str
    probability: float
    threshold: float | None = None
    flagged: bool | None = None


@dataclass(frozen=True)
class StoredResult:
    """What a report says of a film: ``film_uid`` is its SOP instance UID, ``film_sha256`` the hash of its file then.

    ``prediction_set`` and ``level`` are None where the bundle had no prediction sets. ``date``, that of the film, is
    YYYYMMDD, "" where the report has none.
    """

    findings: tuple[StoredFinding, ...]
    predicted: str
    prediction_set: tuple[str, ...] | None
    level: float | None
    model_name: str
    model_version: str
    model_sha256: str
    engine: str
    program: str
    film_uid: str
    film_sha256: str
    date: str
    series_uid: str
    instance_uid: str
    warnings: tuple[str, ...]

    @property
    def probability(self) -> float:
        """The probability in [0, 1] of the predicted finding."""
        return next(finding.probability for finding in self.findings if finding.finding == self.predicted)

    @property
    def verdict(self) -> str:
        """The predicted finding and its probability: "PNEUMONIA 0.93"."""
        return f"{self.predicted} {self.probability:.2f}"

    @property
    def made_by(self) -> str:
        """The model, the program and the film's date: "cxr_mobilenetv2 0.3.0, cxrviewer 0.1.0, film of 2026-11-30"."""
        date = f", film of {self.date[:4]}-{self.date[4:6]}-{self.date[6:]}" if self.date else ""
        return f"{self.model_name} {self.model_version}, {self.program}{date}"

    def is_of(self, analysis: Analysis, film_uid: str = "") -> bool:
        """Return whether it is of the film of an analysis: of its DICOM object, or of the very same file."""
        is_same_object = bool(film_uid) and self.film_uid == film_uid
        return is_same_object or (bool(analysis.sha256) and self.film_sha256 == analysis.sha256)

    def differences(self, analysis: Analysis) -> tuple[str, ...]:
        """Return in which a fresh result differs, by name: "finding", "probability" (by 0.005 or more), "flagged",
        "prediction set", "model"; none where the fresh one has no prediction.
        """
        fresh = analysis.prediction
        if fresh is None:
            return ()
        known = {finding.finding: finding for finding in self.findings}
        shared = [finding for finding in fresh.findings if finding in known]
        gap = max((abs(fresh.probability(name) - known[name].probability) for name in shared), default=0.0)
        flagged = {name for name in shared if known[name].flagged}
        pairs = (
            ("finding", self.predicted != fresh.predicted),
            ("probability", gap >= 0.005),
            ("flagged", flagged != set(fresh.flagged)),
            ("prediction set", (self.prediction_set, self.level) != (fresh.prediction_set, fresh.level)),
            ("model", self.model_sha256 != analysis.model.sha256),
        )
        return tuple(name for name, differs in pairs if differs)
