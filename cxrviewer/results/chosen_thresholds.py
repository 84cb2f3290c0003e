"""The thresholds that a person chose for a bundle, in a file of their own; they never travel to another bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from cxrviewer.domain import ModelIdentity, Prediction
from cxrviewer.errors import ExportError
from cxrviewer.inference.bundle import Bundle
from cxrviewer.inference.decision import bundle_thresholds
from cxrviewer.inference.operating_curve import OperatingCurve, OperatingPoint, Target, threshold_for
from cxrviewer.inference.strict_model import Probability
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.sentences import THRESHOLDS_OF_ANOTHER_BUNDLE, THRESHOLDS_UNREADABLE, Warned

FILE_NAME = "thresholds.json"
FORMAT_VERSION = 1
_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@checked_dataclass(frozen=True, config=_STRICT)
class ChosenThreshold:
    """A finding's threshold, the target it was chosen for, and what it gave on the bundle's validation films."""

    target: Target
    at_least: Probability
    probability: Probability
    sensitivity: Probability
    specificity: Probability

    @property
    def chosen_for(self) -> str:
        """What it was chosen for, in the words of a bundle's own thresholds."""
        return f"{self.target} of at least {self.at_least:g}"


@dataclass(frozen=True)
class ChosenThresholds:
    """The thresholds by finding that were chosen for one bundle; findings that are not there keep the bundle's own."""

    model: ModelIdentity
    by_finding: Mapping[str, ChosenThreshold]

    def probabilities(self, bundle: Bundle) -> dict[str, float]:
        """Return the threshold of every finding of the bundle, chosen or its own; ValueError for another bundle's."""
        if self.model.sha256 != bundle.sha256:
            raise ValueError(f"expected thresholds chosen for {bundle.sha256}, got those for {self.model.sha256}")
        chosen = {finding: threshold.probability for finding, threshold in self.by_finding.items()}
        return bundle_thresholds(bundle.metadata) | chosen


@dataclass(frozen=True)
class LoadedThresholds:
    """What was chosen for a bundle (nothing where ``by_finding`` is empty), and a warning where a choice is ignored."""

    chosen: ChosenThresholds
    warning: Warned | None = None


def applied_thresholds(prediction: Prediction, bundle: Bundle | None) -> dict[str, float]:
    """Return the threshold of every finding that decided what is flagged: the chosen ones, else the bundle's.

    bundle: the one that gave the prediction, None where it is not at hand; without chosen ones nothing is known then.
    """
    if prediction.thresholds is not None:
        return dict(zip(prediction.findings, prediction.thresholds, strict=True))
    return {} if bundle is None else bundle_thresholds(bundle.metadata)


def choose_threshold(
    curve: OperatingCurve, *, sensitivity: float | None = None, specificity: float | None = None
) -> ChosenThreshold:
    """Return the threshold for one target on a finding's curve; UsageError as ``threshold_for``."""
    point: OperatingPoint = threshold_for(curve, sensitivity=sensitivity, specificity=specificity)
    target: Target = "sensitivity" if sensitivity is not None else "specificity"
    at_least = sensitivity if sensitivity is not None else specificity
    assert at_least is not None
    return ChosenThreshold(target, at_least, point.probability, point.sensitivity, point.specificity)


def default_thresholds_path() -> Path:
    """Return where chosen thresholds are kept: ``thresholds.json`` in the user's configuration folder."""
    from platformdirs import user_config_path

    return user_config_path("cxrviewer", appauthor=False) / FILE_NAME


def load_thresholds(bundle: Bundle, path: Path | None = None) -> LoadedThresholds:
    """Return what was chosen for this very bundle: the SHA-256 of its metadata has to be the same.

    A file that cannot be read, and a choice for another version of the bundle alone, are ignored with the warnings
    "thresholds-unreadable" and "thresholds-of-another-bundle".
    """
    path = default_thresholds_path() if path is None else path
    nothing = ChosenThresholds(bundle.identity, {})
    try:
        entries = _read(path)
    except ValueError:
        return LoadedThresholds(nothing, Warned("thresholds-unreadable", THRESHOLDS_UNREADABLE, (("path", str(path)),)))
    for entry in entries:
        # A finding that this bundle does not have can only come from a file that was edited by hand.
        if entry.model.sha256 == bundle.sha256 and set(entry.by_finding) <= set(bundle.metadata.findings):
            return LoadedThresholds(entry)
    others = [entry.model for entry in entries if entry.model.name == bundle.identity.name and entry.by_finding]
    if not others:
        return LoadedThresholds(nothing)
    fields = (("name", bundle.identity.name), ("version", others[-1].version))
    return LoadedThresholds(nothing, Warned("thresholds-of-another-bundle", THRESHOLDS_OF_ANOTHER_BUNDLE, fields))


def save_thresholds(chosen: ChosenThresholds, path: Path | None = None) -> None:
    """Keep what was chosen for a bundle; choices for other bundles stay, and no choice removes the earlier one.

    A file that cannot be read is replaced. Raises ExportError where it cannot be written.
    """
    path = default_thresholds_path() if path is None else path
    try:
        entries = _read(path)
    except ValueError:
        entries = []
    entries = [entry for entry in entries if entry.model.sha256 != chosen.model.sha256]
    if chosen.by_finding:
        entries.append(chosen)
    content = {"format_version": FORMAT_VERSION, "bundles": [_to_json(entry) for entry in entries]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"the folder {path.parent} for your thresholds cannot be made ({error.strerror or error}); check your "
            "rights there."
        ) from error
    with written_atomically(path) as stream:
        stream.write(json.dumps(content, indent=2).encode())


def _to_json(entry: ChosenThresholds) -> dict[str, Any]:
    findings = {finding: dict(_fields(threshold)) for finding, threshold in entry.by_finding.items()}
    return {**vars(entry.model), "findings": findings}


def _fields(threshold: ChosenThreshold) -> dict[str, Any]:
    return {name: getattr(threshold, name) for name in ChosenThreshold.__dataclass_fields__}


def _read(path: Path) -> list[ChosenThresholds]:
    """Return every choice of the file, none where there is no file; ValueError where it is not one of ours."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ValueError(str(error)) from error
    try:
        content = json.loads(raw)
        if content["format_version"] != FORMAT_VERSION:
            raise ValueError(f"expected format version {FORMAT_VERSION}, got {content['format_version']!r}")
        return [_from_json(entry) for entry in content["bundles"]]
    except (KeyError, TypeError, RecursionError, ValidationError) as error:
        raise ValueError(str(error)) from error


def _from_json(entry: Any) -> ChosenThresholds:
    if not isinstance(entry, dict):
        raise TypeError(f"expected an object for a bundle, got {type(entry).__name__}")
    identity = {name: value for name, value in entry.items() if name != "findings"}
    model = TypeAdapter(ModelIdentity).validate_python(identity)
    thresholds = TypeAdapter(dict[str, ChosenThreshold]).validate_python(entry["findings"])
    return ChosenThresholds(model, thresholds)
