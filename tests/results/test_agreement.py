"""Labels against predictions, counted by hand and by scikit-learn."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, recall_score

from cxrviewer.results.agreement import compare_labels

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


def test_counts_and_ratios_by_hand() -> None:
    # (predicted, labelled): 10 films that have a finding, and 2 of which their reader only said that it is wrong.
    agreement = compare_labels(
        {
            ("NORMAL", "NORMAL"): 4,
            ("PNEUMONIA", "NORMAL"): 1,
            ("PNEUMONIA", "PNEUMONIA"): 2,
            ("NORMAL", "PNEUMONIA"): 2,
            ("COVID19", "PNEUMONIA"): 1,
            ("NORMAL", None): 2,
        },
        FINDINGS,
    )
    assert agreement.confusion.tolist() == [[4, 1, 0], [2, 2, 1], [0, 0, 0]]
    assert (agreement.films, agreement.agreed, agreement.without_finding) == (12, 6, 2)
    normal, pneumonia, covid = agreement.by_finding
    assert (normal.true_positives, normal.false_negatives) == (4, 1)
    assert (normal.false_positives, normal.true_negatives) == (2, 3)
    assert normal.sensitivity == pytest.approx(0.8)
    assert normal.specificity == pytest.approx(0.6)
    assert pneumonia.sensitivity == pytest.approx(2 / 5)
    assert pneumonia.specificity == pytest.approx(4 / 5)
    assert covid.sensitivity is None  # nobody labelled a film so
    assert covid.specificity == pytest.approx(9 / 10)


def test_without_labels_there_are_no_ratios() -> None:
    agreement = compare_labels({}, FINDINGS)
    assert agreement.films == 0
    assert [(row.sensitivity, row.specificity) for row in agreement.by_finding] == [(None, None)] * 3


def test_findings_of_another_bundle_come_after_those_of_this_one() -> None:
    agreement = compare_labels({("EDEMA", "NORMAL"): 1, ("NORMAL", "CARDIOMEGALY"): 2}, FINDINGS)
    assert agreement.findings == (*FINDINGS, "CARDIOMEGALY", "EDEMA")
    assert agreement.confusion[0, 4] == 1
    assert agreement.confusion[3, 0] == 2


@given(st.lists(st.tuples(st.sampled_from(FINDINGS), st.sampled_from(FINDINGS)), min_size=1, max_size=40))
def test_as_scikit_learn_counts(pairs: list[tuple[str, str]]) -> None:
    predicted, labelled = zip(*pairs, strict=True)
    agreement = compare_labels(Counter(pairs), FINDINGS)
    np.testing.assert_array_equal(agreement.confusion, confusion_matrix(labelled, predicted, labels=FINDINGS))
    for row in agreement.by_finding:
        if row.sensitivity is not None:
            truth, told = [f == row.finding for f in labelled], [f == row.finding for f in predicted]
            assert row.sensitivity == pytest.approx(recall_score(truth, told))
