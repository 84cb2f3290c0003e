"""Analyses made by hand, for tests of exports: plausible values, no network involved."""

import hashlib

import numpy as np

from cxrviewer.domain import Analysis, Facts, Heatmap, ModelIdentity, Patient, Placement, Prediction

FINDINGS = ("COVID19", "NORMAL", "PNEUMONIA")
MODEL = ModelIdentity("mobilenetv2-cxr", "0.1.0", "ab12" * 16)
PATIENT = Patient("DOE^JANE", "MRN-12345", "19500102", "F", "070Y")


def ok_analysis(
    path: str = "/films/one.png",
    shape: tuple[int, int] = (120, 100),
    findings: tuple[str, ...] = FINDINGS,
    warnings: tuple[str, ...] = (),
    hot_cell: tuple[int, int] | None = (4, 1),
) -> Analysis:
    """Return the analysis of a film of ``shape``; its heatmap has one hot cell of 7 x 7, or none."""
    rng = np.random.default_rng(len(findings))
    logits = rng.normal(0, 2, len(findings)).astype(np.float32)
    probabilities = np.exp(logits) / np.exp(logits).sum()
    grid = np.zeros((7, 7), np.float32)
    if hot_cell is not None:
        grid[hot_cell] = 2.5
    placement = Placement(0.0, 0.0, float(shape[0]), float(shape[1]), *shape, 224, 224)
    best = int(probabilities.argmax())
    return Analysis(
        path=path,
        sha256=hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest(),
        status="ok",
        model=MODEL,
        engine="litert",
        program_version="0.1.0",
        milliseconds=35.21,
        analysed_at="2026-01-02T03:04:05.678+00:00",
        prediction=Prediction(
            findings,
            logits,
            probabilities,
            rng.random(16, np.float32),
            findings[best],
            tuple(f for f, p in zip(findings, probabilities, strict=True) if p >= 0.3),
        ),
        heatmaps=tuple(Heatmap(finding, grid * (i + 1), placement) for i, finding in enumerate(findings)),
        facts=Facts(
            "DICOM",
            "pydicom",
            shape[1],
            shape[0],
            12,
            "MONOCHROME2",
            "DX",
            "PA",
            "CHEST",
            "1.2.840.10008.1.2.1",
        ),
        window="LINEAR, centre 2050, width 2950 (CHEST)",
        warnings=warnings,
        patient=PATIENT,
    )


def refusal(path: str = "/films/notes.txt", message: str = "expected an image, got text") -> Analysis:
    """Return the analysis of a file that was refused."""
    return Analysis(
        path, "c" * 64, "refused", MODEL, "litert", "0.1.0", 0.4, "2026-01-02T03:04:05+00:00",
        code="not-an-image", message=message,
    )  # fmt: skip
