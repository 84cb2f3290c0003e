"""C-ECHO: is the node there, and does it take us?"""

from __future__ import annotations

import time

from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.dimse.association import associated, check_status
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import plain
from cxrviewer.pacs.transfer import NodeAnswer

_VERIFICATION = "1.2.840.10008.1.1"


def echo(node: Node) -> NodeAnswer:
    """Open an association, send one C-ECHO and tell how long both took. Raises NetworkError children."""
    DICOM_NETWORK.module("pynetdicom")
    from pynetdicom.presentation import build_context

    started = time.perf_counter()
    with associated(node, [build_context(_VERIFICATION)]) as association:
        check_status(node, "C-ECHO", association, association.send_c_echo())
        milliseconds = (time.perf_counter() - started) * 1000
        peer = plain(association.acceptor.implementation_version_name)
    return NodeAnswer(milliseconds, node.tls, peer)
