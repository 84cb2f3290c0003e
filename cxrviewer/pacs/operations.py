"""What can be asked of a node; the same for DICOM and for DICOMweb, chosen by the node's kind.

A node's answers are parsed here, so a window calls these in a process of their own: ``pacs.process``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import FoundAllSeries, FoundSeries, FoundStudies, FoundStudy, StudyQuery
from cxrviewer.pacs.transfer import (
    AcknowledgedCall,
    CancelledCall,
    NodeAnswer,
    ProgressCall,
    Retrieved,
    Sent,
    TransferProgress,
)


def never_cancelled() -> bool:
    """Return False: for whoever does not cancel."""
    return False


def ignore_progress(progress: TransferProgress) -> None:
    """Do nothing: for whoever does not look at progress."""


def ignore_acknowledgement(path: Path) -> None:
    """Do nothing: for whoever looks at the result only."""


def test_node(node: Node) -> NodeAnswer:
    """Ask a node whether it is there and takes us: C-ECHO, or a search for nothing over DICOMweb.

    Raises NetworkError children; the same go for all that is below.
    """
    node.check_files()
    if node.kind == "dicomweb":
        from cxrviewer.pacs.dicomweb.search import test_server

        return test_server(node)
    from cxrviewer.pacs.dimse.echo import echo

    return echo(node)


test_node.__test__ = False  # type: ignore[attr-defined]  # pytest: this is none of its tests


def find_studies(node: Node, query: StudyQuery, cancelled: CancelledCall = never_cancelled) -> FoundStudies:
    """Return the studies of a node that match, the newest first, at most ``query.limit``."""
    node.check_files()
    if node.kind == "dicomweb":
        from cxrviewer.pacs.dicomweb import search

        return search.find_studies(node, query, cancelled)
    from cxrviewer.pacs.dimse import find

    return find.find_studies(node, query, cancelled)


def find_series(node: Node, study: FoundStudy, cancelled: CancelledCall = never_cancelled) -> FoundAllSeries:
    """Return the series of a study, in the order of their numbers."""
    node.check_files()
    if node.kind == "dicomweb":
        from cxrviewer.pacs.dicomweb import search

        return search.find_series(node, study, cancelled)
    from cxrviewer.pacs.dimse import find

    return find.find_series(node, study, cancelled)


def retrieve(
    node: Node,
    wanted: FoundStudy | FoundSeries,
    folder: Path,
    progress: ProgressCall = ignore_progress,
    cancelled: CancelledCall = never_cancelled,
) -> Retrieved:
    """Fetch a study's radiographs and result objects, or a series, into a folder, which is made where it is missing.

    Files are named ``<SOP instance UID>.dcm``, hold the objects as they were sent, and appear whole; an object that
    lies there already is replaced. Of a study, only series of kinds that the program reads are asked for.
    ``FoundStudy(study_uid=...)`` is enough. Raises DiskFullError where the disk is full; objects that the node could
    not send are counted in the result.
    """
    node.check_files()
    if node.kind == "dicomweb":
        from cxrviewer.pacs.dicomweb.fetch import fetch

        return fetch(node, wanted, folder, progress, cancelled)
    from cxrviewer.pacs.dimse.retrieve import retrieve_objects

    return retrieve_objects(node, wanted, folder, progress, cancelled)


def send(
    node: Node,
    files: Sequence[Path],
    progress: ProgressCall = ignore_progress,
    cancelled: CancelledCall = never_cancelled,
    acknowledged: AcknowledgedCall = ignore_acknowledgement,
) -> Sent:
    """Send DICOM files as they are, in the transfer syntax that they have; what the node refuses is in the result.

    ``acknowledged`` is called with each file as soon as the node has taken it.
    """
    node.check_files()
    if node.kind == "dicomweb":
        from cxrviewer.pacs.dicomweb.store import store_files

        return store_files(node, files, progress, cancelled, acknowledged)
    from cxrviewer.pacs.dimse.store import send_files

    return send_files(node, files, progress, cancelled, acknowledged)
