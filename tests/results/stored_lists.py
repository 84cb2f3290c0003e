"""Study lists made by hand, written by the program's own functions: for tests and figures of what asks them."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from cxrviewer.domain import Analysis, ModelIdentity, Prediction
from cxrviewer.results.store import ResultKey, ResultStore
from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")
MODEL = ModelIdentity("m", "1.0.0", "b" * 64)
KEY = ResultKey("b" * 64, "s" * 64)


def content_hash(number: int) -> str:
    """Return the SHA-256 of a made-up file's bytes."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def prediction(probabilities: tuple[float, ...], flagged: tuple[str, ...] | None = None) -> Prediction:
    """Return a prediction with these probabilities; flagged is what reaches 0.5 unless given."""
    values = np.array(probabilities, np.float32)
    findings = FINDINGS[: len(values)]
    if flagged is None:
        flagged = tuple(f for f, p in zip(findings, probabilities, strict=True) if p >= 0.5)
    best = findings[int(values.argmax())]
    return Prediction(findings, np.log(np.maximum(values, 1e-6)), values, np.zeros(4, np.float32), best, flagged)


def ok(number: int, probabilities: tuple[float, ...] = (0.1, 0.8, 0.1), **changes: object) -> Analysis:
    """Return the analysis of a film that went well."""
    flagged = changes.pop("flagged", None)
    analysis = Analysis(
        "", content_hash(number), "ok", MODEL, "litert", "0.1.0", 4.2, f"2026-01-01T00:00:{number % 60:02d}.000+00:00"
    )
    return replace(analysis, prediction=prediction(probabilities, flagged), **changes)  # type: ignore[arg-type]


def refused(number: int, message: str = "lateral view") -> Analysis:
    """Return the analysis of a film that was refused."""
    return replace(ok(number), status="refused", prediction=None, code="view", message=message)


def failed(number: int | None, message: str = "the file ends too early", code: str = "corrupt") -> Analysis:
    """Return the analysis of a file that could not be read; without a number, not even hashed."""
    sha256 = "" if number is None else content_hash(number)
    return replace(ok(0), sha256=sha256, status="error", prediction=None, code=code, message=message)


def fill(store: ResultStore, analyses: dict[str, Analysis | None]) -> tuple[int, ...]:
    """Open files by path and record their analyses, None leaves one pending; return the films' numbers."""
    opened = open_films(store, [Path(path) for path in analyses])
    outcomes = [
        FilmOutcome(identifier, analysis)
        for identifier, analysis in zip(opened.identifiers, analyses.values(), strict=True)
        if analysis is not None
    ]
    record_outcomes(store, KEY, outcomes)
    return opened.identifiers


def fill_at_random(store: ResultStore, count: int, seed: int = 0) -> tuple[int, ...]:
    """Open ``count`` films in a few hundred folders; nine of ten have a result, of different certainty."""
    random = np.random.default_rng(seed)
    values = random.dirichlet((0.4, 0.4, 0.4), count)
    kinds = random.random(count)
    analyses: dict[str, Analysis | None] = {}
    for number in range(count):
        path = f"/films/hospital {number % 7}/study {number % 311:03d}/film-{(number * 7919) % count:06d}.dcm"
        if kinds[number] < 0.9:
            analyses[path] = ok(number, tuple(values[number]), warnings=("the file gives no window",) * (number % 3))
        elif kinds[number] < 0.94:
            analyses[path] = refused(number)
        elif kinds[number] < 0.97:
            analyses[path] = failed(number)
        else:
            analyses[path] = None
    return fill(store, analyses)
