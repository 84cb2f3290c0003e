"""TLS as nodes ask for it: certificates are always verified, and one of our own is shown where there is one."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cxrviewer.errors import KeyringError, TlsError
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.secrets import find_secret

T = TypeVar("T")


def client_context(node: Node) -> ssl.SSLContext:
    """Return the context that connects to a node; TlsError where its certificates or key cannot be used."""
    context = _loaded(node.ca_file, lambda: ssl.create_default_context(cafile=node.ca_file or None))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if node.client_certificate:
        load_own_certificate(context, node.client_certificate, node.client_key, lambda: _passphrase(node))
    return context


def server_context(certificate: str, key: str, client_ca: str = "") -> ssl.SSLContext:
    """Return the context of a receiver; with ``client_ca``, only clients with a certificate of it may connect."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_own_certificate(context, certificate, key, lambda: "")
    if client_ca:
        _loaded(client_ca, lambda: context.load_verify_locations(cafile=client_ca))
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def load_own_certificate(context: ssl.SSLContext, certificate: str, key: str, passphrase: Callable[[], str]) -> None:
    """Put a certificate and its key (in the same file where ``key`` is empty) into a context; TlsError where it fails.

    ``passphrase`` is called where the key is encrypted.
    """
    _loaded(
        key or certificate,
        lambda: context.load_cert_chain(certificate, key or None, password=lambda: passphrase() or "-"),
    )


def tls_problem(node: Node, error: ssl.SSLError) -> TlsError:
    """Return the named error of a connection that TLS did not let come about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsError(
            f"the certificate of {node.name} is not trusted ({error.verify_message}); name its authority as the node's "
            "CA file, and check that its host name is the certificate's."
        )
    return TlsError(
        f"expected an encrypted connection to {node.name}, got none ({error.reason or 'no TLS'}); check that the node "
        "speaks TLS at this port, and whether it wants a client certificate."
    )


def _passphrase(node: Node) -> str:
    try:
        return find_secret(node.name, "key-passphrase") or ""
    except KeyringError:
        return ""


def _loaded(path: str, load: Callable[[], T]) -> T:
    try:
        return load()
    except (OSError, ValueError) as error:  # SSLError is an OSError
        reason = error.strerror if isinstance(error, FileNotFoundError) else type(error).__name__
        raise TlsError(
            f"expected a certificate or key in PEM at {Path(path)}, and its passphrase in the keyring where it has "
            f"one; it cannot be used ({reason})."
        ) from error
