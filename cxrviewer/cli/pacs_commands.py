"""The commands that speak to nodes, their options and their help; what they do is in ``pacs`` and ``receive``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cxrviewer.cli.ending import exits_by_name

DEFAULT_MODEL = "cxr_mobilenetv2"
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
NodeName = Annotated[str, typer.Argument(metavar="NODE", help="The name of a configured node.")]


class NodesAction(StrEnum):
    """What ``cxrviewer nodes`` does."""

    list = "list"
    add = "add"
    remove = "remove"
    test = "test"
    password = "password"


class Kind(StrEnum):
    """How a node is spoken to."""

    dicom = "dicom"
    dicomweb = "dicomweb"


class RetrieveBy(StrEnum):
    """How objects are fetched from a DICOM node."""

    get = "c-get"
    move = "c-move"


def register(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    for command, epilog in (
        (
            nodes,
            "Examples:  cxrviewer nodes add pacs --host pacs.example.org --port 104 --called-aet PACS"
            "  |  cxrviewer nodes test pacs",
        ),
        (find, "Example:  cxrviewer find pacs --name 'doe*' --date 20260101-20260131 --modality DX"),
        (retrieve, "Example:  cxrviewer retrieve pacs --study 1.2.3.4 --to films/"),
        (send, "Example:  cxrviewer send pacs results/*.dcm"),
        (receive, "Example:  cxrviewer receive --aet CXRVIEWER --port 11112 --results-to pacs"),
    ):
        app.command(epilog=epilog)(exits_by_name(command))


def nodes(
    action: Annotated[NodesAction, typer.Argument(help="What to do.")] = NodesAction.list,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The node.", show_default=False)] = None,
    kind: Annotated[Kind, typer.Option(help="How the node is spoken to.")] = Kind.dicom,
    host: Annotated[str, typer.Option(help="Its host name or IP address.", show_default=False)] = "",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Its port.")] = 104,
    called_aet: Annotated[str, typer.Option("--called-aet", metavar="AE", help="Its AE title.")] = "ANY-SCP",
    calling_aet: Annotated[str, typer.Option("--calling-aet", metavar="AE", help="Ours.")] = "CXRVIEWER",
    retrieve_by: Annotated[RetrieveBy, typer.Option(help="How objects are fetched.")] = RetrieveBy.get,
    move_destination: Annotated[
        str, typer.Option(metavar="AE", help="C-MOVE: the AE title that it knows this machine by.", show_default=False)
    ] = "",
    move_address: Annotated[str, typer.Option(metavar="IP", help="C-MOVE: where to listen meanwhile.")] = "127.0.0.1",
    move_port: Annotated[int, typer.Option(min=0, max=65535, help="C-MOVE: at which port; 0 is any.")] = 0,
    url: Annotated[str, typer.Option(help="The address of a DICOMweb node.", show_default=False)] = "",
    user: Annotated[str, typer.Option(help="DICOMweb: the user name.", show_default=False)] = "",
    tls: Annotated[bool, typer.Option("--tls", help="Encrypt; a DICOMweb address says so by itself.")] = False,
    ca_file: Annotated[str, typer.Option(metavar="PEM", help="Trust these authorities.", show_default=False)] = "",
    client_certificate: Annotated[
        str, typer.Option(metavar="PEM", help="The certificate to show to it.", show_default=False)
    ] = "",
    client_key: Annotated[str, typer.Option(metavar="PEM", help="The certificate's key.", show_default=False)] = "",
    timeout: Annotated[float, typer.Option(min=0.1, max=3600, metavar="S", help="Wait so long for answers.")] = 30.0,
    as_json: Json = False,
) -> None:
    """List, add, remove and test nodes: a PACS by DICOM or DICOMweb. 'password' keeps one in the system's keyring."""
    from cxrviewer.cli.pacs import NodesRequest, manage_nodes

    fields = {
        "kind": kind.value,
        "host": host,
        "port": port,
        "called_ae_title": called_aet,
        "calling_ae_title": calling_aet,
        "retrieve_by": retrieve_by.value,
        "move_destination": move_destination,
        "move_address": move_address,
        "move_port": move_port,
        "url": url,
        "user": user,
        "tls": tls,
        "ca_file": ca_file,
        "client_certificate": client_certificate,
        "client_key": client_key,
        "timeout_seconds": timeout,
    }
    manage_nodes(NodesRequest(action.value, name, fields, as_json))


def find(
    node: NodeName,
    name: Annotated[str, typer.Option(help="The patient's name; * and ? are wildcards.", show_default=False)] = "",
    patient_id: Annotated[str, typer.Option("--id", metavar="ID", help="The patient's id.", show_default=False)] = "",
    date: Annotated[
        str, typer.Option(metavar="DATE", help="Of the study: 20260131, 20260101-20260131.", show_default=False)
    ] = "",
    modality: Annotated[
        list[str] | None, typer.Option(metavar="CR|DX|...", help="A modality of the study. Repeatable.")
    ] = None,
    accession: Annotated[str, typer.Option(metavar="NUMBER", help="Accession number.", show_default=False)] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many studies at most.")] = 200,
    as_json: Json = False,
) -> None:
    """Look for studies in a PACS and print them, with their patients."""
    from cxrviewer.cli.pacs import FindRequest, find_in_node

    find_in_node(FindRequest(node, name, patient_id, date, tuple(modality or ()), accession, limit, as_json))


def retrieve(
    node: NodeName,
    study: Annotated[str, typer.Option(metavar="UID", help="The study instance UID, as 'find' prints it.")],
    to: Annotated[Path, typer.Option(metavar="DIR", help="The folder for the files.")],
    series: Annotated[
        str, typer.Option(metavar="UID", help="This series only; default: all radiographs.", show_default=False)
    ] = "",
) -> None:
    """Fetch the radiographs of a study from a PACS into a folder."""
    from cxrviewer.cli.pacs import retrieve_from_node

    retrieve_from_node(node, study, series, to)


def send(
    node: NodeName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="DICOM files.")],
) -> None:
    """Send DICOM files to a PACS as they are."""
    from cxrviewer.cli.pacs import send_to_node

    send_to_node(node, tuple(files))


def receive(
    aet: Annotated[str, typer.Option("--aet", metavar="AE", help="The AE title that senders call.")] = "CXRVIEWER",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at; 0 is any.")] = 11112,
    bind: Annotated[str, typer.Option(metavar="IP", help="The address to listen at; 0.0.0.0 is all.")] = "127.0.0.1",
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep films here; default: your data folder.", show_default=False)
    ] = None,
    results_to: Annotated[
        str | None, typer.Option(metavar="NODE", help="Send result objects to this node.", show_default=False)
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="AE[,AE]", help="AE titles that may send, besides those of the nodes. Repeatable."),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", metavar="NAME|FOLDER", help="The bundle: its name or its folder.")
    ] = DEFAULT_MODEL,
    store: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The results store; default: yours.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Worker processes; default: one a processor.", show_default=False)
    ] = None,
    max_object_size: Annotated[
        float, typer.Option(min=0.001, max=4096, metavar="MIB", help="Take no larger object (MiB).")
    ] = 512.0,
    max_associations: Annotated[int, typer.Option(min=1, max=1000, help="How many senders at once.")] = 100,
    idle_timeout: Annotated[float, typer.Option(min=1, metavar="S", help="Give up a silent sender after.")] = 60.0,
    keep_free: Annotated[
        float, typer.Option(min=0, metavar="MIB", help="Refuse films that would leave less room on the disk (MiB).")
    ] = 64.0,
    tls_cert: Annotated[
        str, typer.Option(metavar="PEM", help="Listen encrypted, with this certificate.", show_default=False)
    ] = "",
    tls_key: Annotated[str, typer.Option(metavar="PEM", help="The certificate's key.", show_default=False)] = "",
    tls_client_ca: Annotated[
        str, typer.Option(metavar="PEM", help="Senders need a certificate of this authority.", show_default=False)
    ] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")] = False,
) -> None:
    """Receive films, analyse them as they arrive, and send results back; Ctrl-C ends it, and the next start goes on."""
    from cxrviewer.cli.receive import ReceiveRequest, receive_films

    receive_films(
        ReceiveRequest(
            aet=aet,
            port=port,
            bind=bind,
            folder=folder,
            results_to=results_to,
            allow=tuple(allow or ()),
            model=model,
            store=store,
            workers=workers,
            max_object_bytes=int(max_object_size * 1024**2),
            max_associations=max_associations,
            idle_seconds=idle_timeout,
            kept_free_bytes=int(keep_free * 1024**2),
            tls_cert=tls_cert,
            tls_key=tls_key,
            tls_client_ca=tls_client_ca,
            quiet=quiet,
        )
    )
