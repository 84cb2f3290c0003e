"""``cxrviewer nodes``, ``find``, ``retrieve`` and ``send``: a PACS on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import typer

from cxrviewer.cli.ending import EXIT_SOME_FAILED
from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.errors import UsageError
from cxrviewer.pacs.node import Node, make_node, node_fields
from cxrviewer.pacs.node_file import find_node, load_nodes, save_nodes
from cxrviewer.pacs.process import FindStudies, Retrieve, Send, TestNode, run_operation
from cxrviewer.pacs.query import FoundSeries, FoundStudies, FoundStudy, is_uid, make_query, parse_date
from cxrviewer.pacs.transfer import NodeAnswer, Retrieved, Sent, TransferProgress
from cxrviewer.results.words import printable


@dataclass(frozen=True)
class NodesRequest:
    """The options of ``cxrviewer nodes``; ``action`` is list, add, remove, test or password."""

    action: str
    name: str | None
    fields: Mapping[str, Any]
    as_json: bool


@dataclass(frozen=True)
class FindRequest:
    """The options of ``cxrviewer find``."""

    node: str
    name: str
    patient_id: str
    date: str
    modalities: tuple[str, ...]
    accession: str
    limit: int
    as_json: bool


def manage_nodes(request: NodesRequest) -> None:
    """Do what was asked; raises UsageError and its children, KeyringError, and what a test finds."""
    nodes = load_nodes()
    if request.action == "list":
        _list(nodes, as_json=request.as_json)
        return
    if request.name is None:
        raise UsageError(f"expected the name of a node, got none: cxrviewer nodes {request.action} NAME")
    if request.action == "add":
        node = make_node({"name": request.name, **request.fields})
        node.check_files()
        save_nodes([*(one for one in nodes if one.name.casefold() != node.name.casefold()), node])
        typer.echo(f"{node.name}: {_in_words(node)}")
        if not node.encrypted and not _is_on_this_machine(node):
            what = "films and the password" if node.user else "films"
            typer.echo(
                f"cxrviewer: not encrypted: {what} can be read on the way; use TLS where the node can.", err=True
            )
        return
    node = find_node(request.name, nodes)
    if request.action == "remove":
        from cxrviewer.pacs.secrets import forget_secrets

        save_nodes(one for one in nodes if one is not node)
        if node.user or node.client_key:
            forget_secrets(node.name)
        typer.echo(f"{node.name} is removed.")
    elif request.action == "password":
        _keep_password(node)
    else:
        answer = run_operation(TestNode(node))
        assert isinstance(answer, NodeAnswer)
        how = "encrypted" if answer.encrypted else "not encrypted"
        typer.echo(f"{node.name} answers: {answer.milliseconds:.0f} ms, {how}{f', {answer.peer}' * bool(answer.peer)}.")


def _is_on_this_machine(node: Node) -> bool:
    host = urlsplit(node.url).hostname if node.kind == "dicomweb" else node.host
    return host in ("localhost", "::1") or (host or "").startswith("127.")


def _list(nodes: tuple[Node, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([node_fields(node) for node in nodes], indent=2))
    for node in () if as_json else nodes:
        typer.echo(f"{node.name}: {_in_words(node)}")
    if not nodes and not as_json:
        typer.echo("No node is configured; 'cxrviewer nodes add NAME --host HOST --called-aet AE' adds one.")


def _in_words(node: Node) -> str:
    if node.kind == "dicomweb":
        return f"DICOMweb, {node.url}{f', user {node.user}' if node.user else ''}"
    how = "TLS" if node.tls else "not encrypted"
    return f"DICOM, {node.address}, called by {node.calling_ae_title}, {node.retrieve_by}, {how}"


def _keep_password(node: Node) -> None:
    from cxrviewer.pacs.secrets import SecretKind, keep_secret

    kind: SecretKind = "password" if node.kind == "dicomweb" and node.user else "key-passphrase"
    label = "Password" if kind == "password" else "Passphrase of the client key"
    if kind == "key-passphrase" and not node.client_key:
        raise UsageError(f"expected a node with a user name or a client key, got {node.name}, which has neither.")
    # Asked for, or read from a pipe; never an argument, which every user of the machine can read.
    secret = typer.prompt(label, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    keep_secret(node.name, kind, secret)
    typer.echo(f"Kept in the system's keyring for {node.name}.")


def find_in_node(request: FindRequest) -> None:
    """Print the studies that match, one a line or as JSON lines."""
    node = find_node(request.node, load_nodes())
    first, last = _dates(request.date)
    query = make_query(
        patient_name=request.name,
        patient_id=request.patient_id,
        accession_number=request.accession,
        date_from=first,
        date_to=last,
        modalities=tuple(modality.upper() for modality in request.modalities),
        limit=request.limit,
    )
    found = run_operation(FindStudies(node, query))
    assert isinstance(found, FoundStudies)
    for study in found.studies:
        typer.echo(json.dumps(study_json(study)) if request.as_json else printable(_line(study)))
    if found.ended == "limit":
        typer.echo(
            f"cxrviewer: {node.name} has more than {request.limit} studies that match; narrow the search, or raise "
            "--limit.",
            err=True,
        )
    elif not found.studies:
        typer.echo("cxrviewer: no study matches.", err=True)


def study_json(study: FoundStudy) -> dict[str, Any]:
    """Return a study as JSON values."""
    return {name: str(value) if isinstance(value, date) else value for name, value in vars(study).items()}


def _line(study: FoundStudy) -> str:
    parts = (
        study.study_uid,
        str(study.study_date or "no date"),
        "/".join(study.modalities) or "no modality",
        study.patient_name or "no name",
        study.patient_id or "no id",
        study.description,
        f"{study.object_count} objects" if study.object_count is not None else "",
    )
    return "  ".join(part for part in parts if part)


def _dates(text: str) -> tuple[date | None, date | None]:
    """Return the ends of "20260131", "20260101-20260131", "20260101-" or "-20260131"; ISO 8601 for one day."""
    if not text:
        return None, None
    day = parse_date(text)
    if day is not None and text.count("-") in (0, 2):
        return day, day
    first, separator, last = text.partition("-")
    ends = [parse_date(part) if part else None for part in (first, last)]
    if separator and any(ends) and all(end or not part for end, part in zip(ends, (first, last), strict=True)):
        return ends[0], ends[1]
    raise UsageError(f"expected a date such as 20260131 or 20260101-20260131, got {text!r}.")


def retrieve_from_node(node_name: str, study: str, series: str, folder: Path) -> None:
    """Fetch a study or series and print the paths; ends with typer.Exit where objects failed."""
    node = find_node(node_name, load_nodes())
    for uid in (study, series):
        if uid and not is_uid(uid):
            raise UsageError(f"expected a UID (digits and dots), got {uid!r}.")
    wanted = FoundSeries(study, series) if series else FoundStudy(study)
    retrieved = run_operation(Retrieve(node, wanted, folder), _show)
    assert isinstance(retrieved, Retrieved)
    _end_progress()
    for path in retrieved.paths:
        typer.echo(str(path))
    for problem in retrieved.problems:
        typer.echo(f"cxrviewer: {problem}", err=True)
    typer.echo(f"cxrviewer: {len(retrieved.paths)} objects fetched, {retrieved.failed} failed.", err=True)
    if retrieved.failed or not retrieved.paths:
        raise typer.Exit(EXIT_SOME_FAILED)


def send_to_node(node_name: str, files: tuple[Path, ...]) -> None:
    """Send files; ends with typer.Exit where the node did not take all of them."""
    node = find_node(node_name, load_nodes())
    sent = run_operation(Send(node, files), _show)
    assert isinstance(sent, Sent)
    _end_progress()
    for one in sent.not_sent:
        typer.echo(f"{printable(str(one.path))}: {one.reason}", err=True)
    typer.echo(f"cxrviewer: {len(sent.paths)} objects sent, {len(sent.not_sent)} not. {NOT_FOR_DIAGNOSIS}", err=True)
    if sent.not_sent:
        raise typer.Exit(EXIT_SOME_FAILED)


def _show(progress: TransferProgress) -> None:
    """Show progress on a terminal, in one line that is written over."""
    if sys.stderr.isatty():
        of = "" if progress.total is None else f" of {progress.total}"
        typer.echo(f"\r{progress.done}{of} done, {progress.failed} failed ", nl=False, err=True)


def _end_progress() -> None:
    if sys.stderr.isatty():
        typer.echo("\r\x1b[K", nl=False, err=True)
