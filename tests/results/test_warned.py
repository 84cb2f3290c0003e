"""What follows from a result's own fields is warned of, in the same words everywhere."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import Agreement, Analysis, LungEvidence, Scope
from cxrviewer.results.tables import analysis_row
from cxrviewer.results.warned import all_warnings, lung_share, warnings_of
from tests.results.examples import FINDINGS, ok_analysis, refusal


def with_lungs(shares: tuple[float | None, ...]) -> Analysis:
    analysis = ok_analysis(warnings=("the file's own",))
    lungs = LungEvidence(np.ones((4, 5), bool), analysis.heatmaps[0].placement, 0.25, 310.26, shares)
    return replace(analysis, lungs=lungs)


def test_a_plain_result_warns_of_nothing() -> None:
    assert warnings_of(ok_analysis()) == ()
    assert warnings_of(replace(ok_analysis(), scope=Scope("in scope", 0.4), agreement=Agreement(6, 6, 0.1))) == ()


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (Scope("borderline", 0.9, ("features",)), ["borderline"]),
        (Scope("out of scope", 3.0, ("flat", "features")), ["shown-anyway"]),
        (Scope("in scope", 0.2, (), "upside down"), ["upside-down"]),
        (Scope("borderline", 0.9, ("aspect",), "inverted"), ["borderline", "inverted"]),
    ],
)
def test_scope_and_appearance_are_warned_of(scope: Scope, codes: list[str]) -> None:
    assert [warned.code for warned in warnings_of(replace(ok_analysis(), scope=scope))] == codes


def test_a_refusal_for_its_scope_is_no_warning_too() -> None:
    assert warnings_of(replace(refusal(), scope=Scope("out of scope", 4.0, ("features",)))) == ()


def test_evidence_outside_the_lungs_is_warned_of_before_what_the_file_warns_of() -> None:
    prediction = ok_analysis().prediction
    assert prediction is not None
    shares = tuple(0.31 if finding == prediction.predicted else 0.9 for finding in FINDINGS)
    analysis = with_lungs(shares)
    first, second = all_warnings(analysis)
    assert "31 %" in first
    assert prediction.predicted in first
    assert second == "the file's own"
    assert all_warnings(with_lungs((0.9,) * 3)) == ("the file's own",)
    assert lung_share(with_lungs((None,) * 3)) is None  # a heatmap of zeros lies nowhere


def test_a_result_that_wavers_is_warned_of() -> None:
    (warned,) = warnings_of(replace(ok_analysis(), agreement=Agreement(6, 4, 0.5)))
    assert "4 of 6" in str(warned)


def test_a_table_tells_scope_lungs_and_agreement() -> None:
    analysis = replace(
        with_lungs((0.25, 0.25, 0.25)), scope=Scope("in scope", 0.2, (), "mirrored"), agreement=Agreement(8, 6, 0.2)
    )
    row = analysis_row(analysis, FINDINGS)
    assert (row["scope"], row["appearance"]) == ("in scope", "mirrored")
    assert (row["lung_share"], row["lung_area_cm2"], row["agreement"]) == (0.25, 310.3, 0.75)
    assert len(row["warnings"]) == 4
    empty = analysis_row(ok_analysis(), FINDINGS)
    assert [empty[name] for name in ("scope", "appearance", "lung_share", "lung_area_cm2", "agreement")] == [None] * 5
