"""Lung maps of training films: known where they are plausible, at the network's size, and as shares of a grid."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from training.data import load_film, read_manifest
from training.lungs.store import LungStore, lung_shares

SPEC = InputSpec(height=224, width=224, channels=3, fit="stretch", interpolation="area", low=-1.0, high=1.0)


def test_shares_of_a_grid_sum_to_one_and_leave_the_edges_out() -> None:
    lungs = np.zeros((64, 64), np.float32)
    lungs[16:48, 0:32] = 1.0  # half of the grid's first and last row, all of its middle ones, in two columns
    shares = lung_shares(lungs, (4, 4)).reshape(4, 4)
    np.testing.assert_allclose(shares, [[0, 0, 0, 0], [0.25, 0.25, 0, 0], [0.25, 0.25, 0, 0], [0, 0, 0, 0]], atol=1e-6)
    assert shares.dtype == np.float32
    # A position that is half lung counts little beside one that is lung all over.
    lungs[16:48, 32:40] = 1.0
    shares = lung_shares(lungs, (4, 4)).reshape(4, 4)
    assert shares.sum() == pytest.approx(1.0)
    assert 0 <= shares[1, 2] < 0.3 * shares[1, 1]


def test_unknown_lungs_and_none_at_all_have_no_shares() -> None:
    np.testing.assert_array_equal(lung_shares(None, (7, 7)), np.zeros(49))
    np.testing.assert_array_equal(lung_shares(np.zeros((64, 64), np.float32), (7, 7)), np.zeros(49))


def test_lungs_of_real_films(cxr224) -> None:
    samples = read_manifest(cxr224 / "manifest.csv", ("NORMAL", "PNEUMONIA", "COVID19"))[:6]
    blank = replace(samples[0], path=samples[0].path.with_name("blank"))

    def load(path, spec):
        return np.zeros((224, 224), np.float32) if path.name == "blank" else load_film(path, spec)

    store = LungStore([*samples, blank], load, SPEC)
    assert store(blank.path) is None
    assert store(samples[0].path.with_name("never seen")) is None
    for sample in samples:
        lungs = store(sample.path)
        assert lungs is not None
        assert lungs.shape == (224, 224)
        assert lungs.dtype == np.float32
        assert 0.08 < (lungs > 0.5).mean() < 0.7
        # Lungs lie left and right of the middle, and not along the film's upper and lower edge.
        assert lungs[:, :112].sum() > 0.25 * lungs.sum()
        assert lungs[:, 112:].sum() > 0.25 * lungs.sum()
