"""Levels and thresholds on the command line: what a run is asked to decide by, and ``cxrviewer thresholds``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import typer

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.errors import UsageError
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.inference.operating_curve import OperatingCurve, Target, point_at
from cxrviewer.results.chosen_thresholds import (
    ChosenThreshold,
    ChosenThresholds,
    choose_threshold,
    load_thresholds,
    save_thresholds,
)
from cxrviewer.results.sentences import Warned


@dataclass(frozen=True)
class DecisionRequest:
    """The options of ``cxrviewer classify`` that decide: the level, and FINDING=NUMBER for thresholds and targets."""

    level: float | None = None
    thresholds: tuple[str, ...] = ()
    sensitivities: tuple[str, ...] = ()
    specificities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What a run decides by: the level (None: the bundle's), the chosen thresholds by finding, and what to say of it.

    ``notes`` tells the trade-off of every chosen threshold; ``warning`` that a stored choice is not used.
    """

    level: float | None
    thresholds: dict[str, float]
    notes: tuple[str, ...] = ()
    warning: Warned | None = None


@dataclass(frozen=True)
class ThresholdsRequest:
    """The options of ``cxrviewer thresholds``; ``action`` is list, set or reset."""

    action: str
    findings: tuple[str, ...]
    model: str
    sensitivities: tuple[str, ...]
    specificities: tuple[str, ...]
    as_json: bool


def decision_of(request: DecisionRequest, bundle: Bundle) -> Decision:
    """Return what a run decides by: what is asked for, else what was stored for this very bundle, else the bundle's.

    Raises UsageError for what is no finding or no number, for a target that the bundle has no curve for or that no
    threshold reaches, and for a level that it has no quantile for.
    """
    loaded = load_thresholds(bundle)
    thresholds: dict[str, float] = {}
    notes: dict[str, str] = {}
    chosen = dict(loaded.chosen.by_finding) | _chosen(bundle, request.sensitivities, request.specificities)
    for finding, choice in chosen.items():
        thresholds[finding] = choice.probability
        notes[finding] = _note(bundle, finding, choice)
    targets = {name for name, _ in _numbers(bundle, (*request.sensitivities, *request.specificities))}
    for finding, probability in _numbers(bundle, request.thresholds):
        if finding in targets:
            raise UsageError(f"expected one threshold or one target for {finding}, got several; leave one out.")
        thresholds[finding] = probability
        notes[finding] = _note_of_own(bundle, finding, probability)
    in_order = {finding: thresholds[finding] for finding in bundle.metadata.findings if finding in thresholds}
    level = _level(bundle, request.level)
    return Decision(level, in_order, tuple(notes[finding] for finding in in_order), loaded.warning)


def show_thresholds(request: ThresholdsRequest) -> None:
    """List, set or reset the thresholds that the user keeps for a bundle, and print all of them in a table."""
    bundle = find_bundle(request.model, verify=False)
    loaded = load_thresholds(bundle)
    kept = dict(loaded.chosen.by_finding)
    if loaded.warning is not None:
        typer.echo(str(loaded.warning), err=True)
    _check_action(request)
    if request.action == "set":
        kept |= _chosen(bundle, request.sensitivities, request.specificities)
    if request.action == "reset":
        named = [_finding(bundle, finding) for finding in request.findings] or list(kept)
        kept = {finding: choice for finding, choice in kept.items() if finding not in named}
    if request.action != "list":
        save_thresholds(ChosenThresholds(bundle.identity, kept))
    _print_table(bundle, kept, request.as_json)


def _check_action(request: ThresholdsRequest) -> None:
    has_targets = bool(request.sensitivities or request.specificities)
    if has_targets != (request.action == "set"):
        raise UsageError(
            "expected --sensitivity FINDING=NUMBER or --specificity FINDING=NUMBER with 'thresholds set', and only "
            "there."
        )
    if request.findings and request.action != "reset":
        raise UsageError("expected findings only after 'thresholds reset'.")


def _chosen(bundle: Bundle, sensitivities: Iterable[str], specificities: Iterable[str]) -> dict[str, ChosenThreshold]:
    targets: list[tuple[Target, str, float]] = []
    targets += [("sensitivity", finding, number) for finding, number in _numbers(bundle, sensitivities)]
    targets += [("specificity", finding, number) for finding, number in _numbers(bundle, specificities)]
    chosen: dict[str, ChosenThreshold] = {}
    for target, finding, number in targets:
        if finding in chosen:
            raise UsageError(f"expected one target for {finding}, got several; leave one out.")
        try:
            chosen[finding] = choose_threshold(_curve(bundle, finding), **{target: number})
        except UsageError as error:
            raise UsageError(f"{finding}: {error}") from error
    return chosen


def _curve(bundle: Bundle, finding: str) -> OperatingCurve:
    curves = bundle.metadata.operating_curves or {}
    if finding not in curves:
        identity = bundle.identity
        raise UsageError(
            f"expected a bundle with an operating curve for {finding}, {identity.name} {identity.version} has none; "
            "give --threshold FINDING=PROBABILITY, or use a bundle that was evaluated with curves."
        )
    return curves[finding]


def _numbers(bundle: Bundle, options: Iterable[str]) -> Iterator[tuple[str, float]]:
    for option in options:
        finding, equals, text = option.partition("=")
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not equals or not 0.0 <= number <= 1.0:
            raise UsageError(f"expected FINDING=NUMBER with a number from 0 to 1, got {option!r}.")
        yield _finding(bundle, finding), number


def _finding(bundle: Bundle, name: str) -> str:
    findings = bundle.metadata.findings
    if name.upper() not in findings:
        raise UsageError(f"expected a finding of the bundle, one of {', '.join(findings)}, got {name!r}.")
    return name.upper()


def _level(bundle: Bundle, level: float | None) -> float | None:
    if level is None:
        return None
    conformal, identity = bundle.metadata.conformal, bundle.identity
    if conformal is None:
        raise UsageError(
            f"expected a bundle with conformal quantiles for --level, {identity.name} {identity.version} has none; "
            "leave --level out."
        )
    try:
        conformal.fitted_level(level)
    except ValueError as error:
        raise UsageError(f"--level: {error}.") from error
    return None if level == conformal.level else level  # the bundle's own: one key, however it was asked for


def _note(bundle: Bundle, finding: str, choice: ChosenThreshold) -> str:
    films = (bundle.metadata.operating_curves or bundle.metadata.thresholds)[finding].fitted_on
    return (
        f"{finding}: threshold {choice.probability:.4g} for a {choice.chosen_for}; "
        f"sensitivity {choice.sensitivity:.3f}, specificity {choice.specificity:.3f} on {films}."
    )


def _note_of_own(bundle: Bundle, finding: str, probability: float) -> str:
    curves = bundle.metadata.operating_curves or {}
    if finding not in curves:
        return f"{finding}: threshold {probability:.4g}; the bundle has no curve that tells what it costs."
    point = point_at(curves[finding], probability)
    return (
        f"{finding}: threshold {probability:.4g}; sensitivity at least {point.sensitivity:.3f}, specificity at least "
        f"{point.specificity:.3f} on {curves[finding].fitted_on}."
    )


def _rows(bundle: Bundle, kept: dict[str, ChosenThreshold]) -> list[dict[str, Any]]:
    rows = []
    for finding in bundle.metadata.findings:
        choice: Any = kept.get(finding, bundle.metadata.thresholds[finding])
        rows.append(
            {
                "finding": finding,
                "threshold": choice.probability,
                "sensitivity": choice.sensitivity,
                "specificity": choice.specificity,
                "chosen_for": choice.chosen_for,
                "chosen_by": "you" if finding in kept else "the bundle",
            }
        )
    return rows


def _print_table(bundle: Bundle, kept: dict[str, ChosenThreshold], as_json: bool) -> None:
    rows, identity = _rows(bundle, kept), bundle.identity
    if as_json:
        content = {"not_for_diagnosis": NOT_FOR_DIAGNOSIS, "model": vars(identity), "thresholds": rows}
        typer.echo(json.dumps(content, indent=2))
        return
    films = " and ".join(dict.fromkeys(entry.fitted_on for entry in bundle.metadata.thresholds.values()))
    typer.echo(f"{identity.name} {identity.version}, figures on {films}")
    typer.echo(f"  {'finding':12} {'threshold':>9} {'sensitivity':>11} {'specificity':>11}  chosen by   for")
    for row in rows:
        typer.echo(
            f"  {row['finding']:12} {row['threshold']:9.4f} {row['sensitivity']:11.4f} {row['specificity']:11.4f}  "
            f"{row['chosen_by']:10}  {row['chosen_for']}"
        )
    typer.echo(NOT_FOR_DIAGNOSIS)
