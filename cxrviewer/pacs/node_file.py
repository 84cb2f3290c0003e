"""The nodes that a person configured, in a JSON file of their own; passwords are never in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cxrviewer.errors import ExportError, NodeError, UnknownNodeError
from cxrviewer.pacs.node import Node, make_node, node_fields
from cxrviewer.results.atomic import written_atomically

FILE_NAME: Final = "nodes.json"
FORMAT_VERSION: Final = 1
_MOST_BYTES: Final = 1 << 20


def default_nodes_path() -> Path:
    """Return where nodes are kept: ``nodes.json`` in the user's configuration folder."""
    from platformdirs import user_config_path

    return user_config_path("cxrviewer", appauthor=False) / FILE_NAME


def load_nodes(path: Path | None = None) -> tuple[Node, ...]:
    """Return the configured nodes in their order, none where there is no file; NodeError where it is none of ours."""
    path = default_nodes_path() if path is None else path
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise NodeError(
            f"the nodes in {path} cannot be read ({error.strerror or error}); check your rights."
        ) from error
    if len(raw) > _MOST_BYTES:
        raise NodeError(f"expected at most {_MOST_BYTES:,} bytes of nodes in {path}, got more; move the file away.")
    return nodes_from_json(raw, path)


def nodes_from_json(raw: bytes, path: Path) -> tuple[Node, ...]:
    """Return the nodes of a node file's content; NodeError, which names ``path``, where it is not one of ours."""
    try:
        content = json.loads(raw)
        if not isinstance(content, dict) or content.get("format_version") != FORMAT_VERSION:
            raise NodeError(f"expected a node file of format version {FORMAT_VERSION}.")
        entries = content.get("nodes")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise NodeError("expected a list of nodes.")
        nodes = tuple(make_node(entry) for entry in entries)
        _check_names(nodes)
    except (ValueError, RecursionError) as error:  # no JSON
        raise NodeError(
            f"the nodes in {path} cannot be read: expected JSON. Repair the file or move it away."
        ) from error
    except NodeError as error:
        raise NodeError(f"the nodes in {path} cannot be read: {error} Repair the file or move it away.") from error
    return nodes


def save_nodes(nodes: Iterable[Node], path: Path | None = None) -> None:
    """Keep these nodes instead of the earlier ones; NodeError for two of one name, ExportError where it fails."""
    path = default_nodes_path() if path is None else path
    kept = tuple(nodes)
    _check_names(kept)
    content = {"format_version": FORMAT_VERSION, "nodes": [node_fields(node) for node in kept]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"the folder {path.parent} for your nodes cannot be made ({error.strerror or error}); check your rights "
            "there."
        ) from error
    with written_atomically(path) as stream:
        stream.write(json.dumps(content, indent=2).encode())


def find_node(name: str, nodes: Iterable[Node]) -> Node:
    """Return the node of a name, whatever its case; UnknownNodeError names those that there are."""
    known = tuple(nodes)
    for node in known:
        if node.name.casefold() == name.strip().casefold():
            return node
    names = ", ".join(node.name for node in known) or "none"
    raise UnknownNodeError(f"expected the name of a configured node ({names}), got {name!r}; see 'cxrviewer nodes'.")


def _check_names(nodes: tuple[Node, ...]) -> None:
    names = [node.name.casefold() for node in nodes]
    for node in nodes:
        if names.count(node.name.casefold()) > 1:
            raise NodeError(f"expected every node to have a name of its own, got {node.name!r} twice.")
