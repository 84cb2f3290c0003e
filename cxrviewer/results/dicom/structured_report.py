"""The structured report of a result: TID 1500 "Measurement Report" as a Comprehensive SR, which most readers know.

One measurement group (TID 1501) for the film: the algorithm, in words what was found, for every finding the NUM
"Probability" with the finding as its modifier and threshold, flag and calibration as its properties, and the prediction
set with its level. ``stored_report`` reads it back.
"""

from __future__ import annotations

from typing import Any, Final

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, Prediction
from cxrviewer.inference.decision import bundle_thresholds
from cxrviewer.reading.result_objects import MANUFACTURER
from cxrviewer.results.dicom.concepts import (
    CALIBRATED,
    CHEST_RADIOGRAPHY,
    CLASSIFIER,
    COMMENT,
    DEVICE,
    EMPTY_SET,
    FINDING,
    FLAGGED,
    IN_SET,
    MOST_PROBABLE,
    NO,
    NO_UNITS,
    PROBABILITY,
    SCOPE,
    SET_LEVEL,
    THRESHOLD,
    WARNING,
    YES,
    Concept,
    finding_concept,
)
from cxrviewer.results.dicom.frame import Making, coding_schemes, plain
from cxrviewer.results.dicom.identity import DEVICE_UID
from cxrviewer.results.uncertainty import set_words, threshold_words
from cxrviewer.results.warned import all_warnings
from cxrviewer.results.words import verdict

KIND: Final = "sr"
_SERIES_NUMBER: Final = 9101
_LONGEST_TEXT: Final = 1024


def structured_report(making: Making, prediction: Prediction) -> bytes:
    """Return the report as a DICOM file."""
    from highdicom import sr

    source = making.source.dataset
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=_device(making.analysis)),
        procedure_reported=CHEST_RADIOGRAPHY.coded,
        imaging_measurements=[_group(making, prediction)],
    )
    document = sr.ComprehensiveSR(
        evidence=[source],
        content=report,
        instance_number=1,
        is_complete=True,
        is_final=False,  # preliminary: nobody has verified it
        is_verified=False,
        coding_schemes=coding_schemes(),
        **making.series(KIND, _SERIES_NUMBER, "cxrviewer result"),
    )
    return making.finish(document, KIND)


def _device(analysis: Analysis) -> Any:
    from highdicom import sr

    return sr.ObserverContext(
        DEVICE.coded,
        sr.DeviceObserverIdentifyingAttributes(
            uid=DEVICE_UID,
            name="cxrviewer",
            manufacturer_name=MANUFACTURER,
            model_name=plain(f"cxrviewer {analysis.program_version}", 64),
        ),
    )


def _group(making: Making, prediction: Prediction) -> Any:
    from highdicom import sr

    analysis, source = making.analysis, making.source.dataset
    model = analysis.model
    measurements = [_probability(making, prediction, index) for index in range(len(prediction.findings))]
    evaluations = [sr.QualitativeEvaluation(MOST_PROBABLE.coded, finding_concept(prediction.predicted).coded)]
    if prediction.prediction_set is not None and prediction.level is not None:
        measurements.append(sr.Measurement(SET_LEVEL.coded, round(float(prediction.level), 6), NO_UNITS.coded))
        members = [finding_concept(finding) for finding in prediction.prediction_set] or [EMPTY_SET]
        evaluations += [sr.QualitativeEvaluation(IN_SET.coded, member.coded) for member in members]
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(making.uid(KIND, "tracking"), "cxrviewer result of the film"),
        method=CLASSIFIER.coded,
        algorithm_id=sr.AlgorithmIdentification(
            plain(model.name, 64), plain(model.version, 64), algorithm_parameters(analysis), manufacturer=MANUFACTURER
        ),
        measurements=measurements,
        qualitative_evaluations=evaluations,
        source_images=[sr.SourceImageForMeasurementGroup(source.SOPClassUID, source.SOPInstanceUID)],
    )
    for concept, text in _words(analysis, prediction):
        group[0].ContentSequence.append(_text(concept, text))
    return group


def algorithm_parameters(analysis: Analysis) -> list[str]:
    """Return what besides name and version tells which program gave the result, and of which file, as name=value."""
    return [
        f"bundle-sha256={analysis.model.sha256}",
        f"engine={plain(analysis.engine, 64)}",
        f"program=cxrviewer {plain(analysis.program_version, 64)}",
        f"film-sha256={analysis.sha256}",
        f"window={plain(analysis.window, 256)}",
    ]


def _probability(making: Making, prediction: Prediction, index: int) -> Any:
    """Return one finding's NUM content item, with what belongs to it below."""
    from highdicom import sr

    finding = prediction.findings[index]
    measurement = sr.Measurement(
        PROBABILITY.coded,
        float(f"{float(prediction.probabilities[index]):.6g}"),
        NO_UNITS.coded,
        tracking_identifier=sr.TrackingIdentifier(making.uid(KIND, "tracking", finding), plain(finding, 64)),
    )
    below = measurement[0].ContentSequence
    modifier, properties = sr.RelationshipTypeValues.HAS_CONCEPT_MOD, sr.RelationshipTypeValues.HAS_PROPERTIES
    below.append(sr.CodeContentItem(FINDING.coded, finding_concept(finding).coded, modifier))
    threshold = thresholds_in_force(making, prediction)[index]
    below.append(sr.NumContentItem(THRESHOLD.coded, float(f"{threshold:.6g}"), NO_UNITS.coded, None, properties))
    for concept, holds in ((FLAGGED, finding in prediction.flagged), (CALIBRATED, True)):
        below.append(sr.CodeContentItem(concept.coded, (YES if holds else NO).coded, properties))
    return measurement


def thresholds_in_force(making: Making, prediction: Prediction) -> tuple[float, ...]:
    """Return the threshold of every finding that decided what is flagged: a person's, or the bundle's own."""
    if prediction.thresholds is not None:
        return prediction.thresholds
    own = bundle_thresholds(making.bundle.metadata)
    return tuple(own[finding] for finding in prediction.findings)


def _words(analysis: Analysis, prediction: Prediction) -> list[tuple[Concept, str]]:
    said = [f"{verdict(analysis)}.", set_words(prediction), threshold_words(prediction), NOT_FOR_DIAGNOSIS]
    words = [(COMMENT, " ".join(filter(None, said)))]
    if analysis.scope is not None:
        words.append((SCOPE, analysis.scope.state))
    return words + [(WARNING, warning) for warning in all_warnings(analysis)]


def _text(concept: Concept, text: str) -> Any:
    from highdicom import sr

    return sr.TextContentItem(concept.coded, plain(text, _LONGEST_TEXT), sr.RelationshipTypeValues.CONTAINS)
