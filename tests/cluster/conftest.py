"""One local cluster of two worker processes for all tests of this folder: starting one takes seconds."""

from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from cxrviewer.cluster.addresses import ClusterAddress
from cxrviewer.cluster.connection import open_client
from cxrviewer.inference.bundle import Bundle, find_bundle


@pytest.fixture(scope="package")
def client() -> Iterator[Any]:
    before = set(psutil.Process().children(recursive=True))
    with open_client(ClusterAddress("local", workers=2)) as opened:
        yield opened
        started = set(psutil.Process().children(recursive=True)) - before
    started = {process for process in started if "resource_tracker" not in _command(process)}
    _, alive = psutil.wait_procs(started, timeout=20)
    assert not alive, "the cluster left processes behind"


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture(scope="package")
def bundle() -> Bundle:
    return find_bundle("cxr_mobilenetv2")
