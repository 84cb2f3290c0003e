"""What this program needs of PySide and a release of it once broke."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="from Python 3.12 on True is immortal and cannot be lost")
def test_a_signal_keeps_the_references_that_it_is_given(qapp: object) -> None:
    """PySide 6.12.0 drops one to True with every emission; after some thousands Python 3.11 aborts."""

    class Bell(QObject):
        rung = Signal()

    bell = Bell()
    before = sys.getrefcount(True)
    for _ in range(200):
        bell.rung.emit()
    assert abs(sys.getrefcount(True) - before) < 100
