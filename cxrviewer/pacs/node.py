"""A node: where a PACS is, how it is spoken to, and as whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as checked_dataclass

from cxrviewer.errors import NodeError

NodeKind = Literal["dicom", "dicomweb"]
RetrieveBy = Literal["c-get", "c-move"]

DEFAULT_CALLING_AE_TITLE: Final = "CXRVIEWER"
LOOPBACK: Final = "127.0.0.1"
_NAME = re.compile(r"[\w][\w .@+-]{0,63}")
_HOST = re.compile(r"[A-Za-z0-9_.:%-]{1,253}")


def checked_ae_title(text: str) -> str:
    """Return an AE title without spaces around it; ValueError for what is none (DICOM PS3.5, 6.2: VR AE)."""
    title = text.strip(" ")
    if not 1 <= len(title) <= 16:
        raise ValueError("expected an AE title of 1 to 16 characters")
    if any(not " " <= character <= "~" or character == "\\" for character in title):
        raise ValueError("expected an AE title of ASCII characters without backslash and control characters")
    return title


def _checked_name(text: str) -> str:
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise ValueError("expected a name of 1 to 64 letters, digits, spaces and . _ @ + -")
    return name


def _checked_host(text: str) -> str:
    host = text.strip()
    if host and not _HOST.fullmatch(host):
        raise ValueError("expected a host name or an IP address")
    return host


def _checked_url(text: str) -> str:
    url = text.strip().rstrip("/")
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("expected a DICOMweb address such as https://pacs.example.org/dicom-web")
    if parts.username or parts.password:
        raise ValueError("expected a DICOMweb address without user name and password; they have fields of their own")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("expected a DICOMweb address without spaces")
    _ = parts.port  # raises ValueError where it is no port
    return url


AETitle = Annotated[str, AfterValidator(checked_ae_title)]
Port = Annotated[int, Field(ge=1, le=65535)]


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class Node:
    """One node, as the user configured it; holds no password.

    ``kind`` dicom uses ``host``, ``port``, ``called_ae_title``, ``calling_ae_title`` and ``retrieve_by``; dicomweb uses
    ``url`` and ``user`` (basic authentication; the password is in the system's keyring). C-MOVE needs
    ``move_destination``, the AE title under which the node knows this machine, and listens at ``move_address`` and
    ``move_port`` (0: any that is free) while it runs. TLS: ``ca_file`` (PEM) holds the authorities that are trusted
    instead of the system's, ``client_certificate`` and ``client_key`` (PEM) are shown to the node. ``url`` says by
    itself whether TLS is used. ``timeout_seconds``: for each answer of the node.
    """

    name: Annotated[str, AfterValidator(_checked_name)]
    kind: NodeKind = "dicom"
    host: Annotated[str, AfterValidator(_checked_host)] = ""
    port: Port = 104
    called_ae_title: AETitle = "ANY-SCP"
    calling_ae_title: AETitle = DEFAULT_CALLING_AE_TITLE
    retrieve_by: RetrieveBy = "c-get"
    move_destination: str = ""
    move_address: Annotated[str, AfterValidator(_checked_host)] = LOOPBACK
    move_port: Annotated[int, Field(ge=0, le=65535)] = 0
    tls: bool = False
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    url: Annotated[str, AfterValidator(_checked_url)] = ""
    user: Annotated[str, Field(max_length=256)] = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0

    @model_validator(mode="after")
    def _check_together(self) -> Node:
        if self.kind == "dicom" and not self.host:
            raise ValueError("expected a host for a DICOM node")
        if self.kind == "dicomweb" and not self.url:
            raise ValueError("expected an address (URL) for a DICOMweb node")
        if self.user and self.kind != "dicomweb":
            raise ValueError("expected a user name for a DICOMweb node only; DICOM nodes go by AE titles")
        if ":" in self.user or not self.user.isprintable():
            raise ValueError("expected a user name without colons and control characters")
        if self.retrieve_by == "c-move":
            checked_ae_title(self.move_destination or self.calling_ae_title)
        if self.client_key and not self.client_certificate:
            raise ValueError("expected a client certificate where there is a client key")
        return self

    @property
    def encrypted(self) -> bool:
        """Whether TLS is used."""
        return self.url.startswith("https:") if self.kind == "dicomweb" else self.tls

    @property
    def address(self) -> str:
        """Where the node is, in words: "AE at host:port", or the URL."""
        return self.url if self.kind == "dicomweb" else f"{self.called_ae_title} at {self.host}:{self.port}"

    @property
    def destination(self) -> str:
        """The AE title that a C-MOVE is asked to send to."""
        return checked_ae_title(self.move_destination or self.calling_ae_title)

    def check_files(self) -> None:
        """Raise NodeError where a certificate or key file that it names is not there."""
        for label, path in (
            ("CA file", self.ca_file),
            ("client certificate", self.client_certificate),
            ("client key", self.client_key),
        ):
            if path and not Path(path).is_file():
                raise NodeError(f"expected the {label} of the node {self.name} at {path}, found no file there.")


_ADAPTER: Final = TypeAdapter(Node)


def make_node(fields: Mapping[str, Any]) -> Node:
    """Return the node of these fields; NodeError says in words which of them cannot be."""
    try:
        return _ADAPTER.validate_python(dict(fields))
    except ValidationError as error:
        raise NodeError(f"this node cannot be used: {_in_words(error)}.") from None


def node_problems(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with fields, each with its field ("" where several do not fit); none where they make a node.

    What does not fit is only told once every field can be used for itself.
    """
    try:
        _ADAPTER.validate_python(dict(fields))
    except ValidationError as error:
        return _problems(error)
    return ()


def node_fields(node: Node) -> dict[str, Any]:
    """Return a node as JSON values: all of its fields."""
    return {name: getattr(node, name) for name in Node.__dataclass_fields__}


def _in_words(error: ValidationError) -> str:
    return "; ".join(f"{field}: {message}" if field else message for field, message in _problems(error))


def _problems(error: ValidationError) -> tuple[tuple[str, str], ...]:
    return tuple(
        (".".join(str(part) for part in problem["loc"]), problem["msg"].removeprefix("Value error, "))
        for problem in error.errors(include_url=False, include_input=False)
    )
