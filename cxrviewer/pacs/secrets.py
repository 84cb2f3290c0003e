"""Passwords of nodes and passphrases of their keys: kept in the system's keyring, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from cxrviewer.errors import KeyringError
from cxrviewer.extras import DICOM_NETWORK

SecretKind = Literal["password", "key-passphrase"]

_SERVICE: Final = "cxrviewer"
_KINDS: Final[tuple[SecretKind, ...]] = ("password", "key-passphrase")

Secrets = Mapping[tuple[str, SecretKind], str]
"""Secrets by the name of their node and their kind."""

_for_session: dict[str, str] = {}  # what this process knows and no keyring keeps


def use_for_session(secrets: Secrets) -> None:
    """Use these secrets instead of those in the keyring until this process ends; they are kept nowhere."""
    _for_session.update({_entry(name, kind): secret for (name, kind), secret in secrets.items()})


def session_secrets() -> Secrets:
    """Return what ``use_for_session`` was told, for a process that works for this one."""
    found: dict[tuple[str, SecretKind], str] = {}
    for entry, secret in _for_session.items():
        name, _, kind = entry.rpartition("/")
        found[name, "password" if kind == "password" else "key-passphrase"] = secret
    return found


def keep_secret(node_name: str, kind: SecretKind, secret: str) -> None:
    """Put a password or passphrase into the system's keyring; an empty one removes it. Raises KeyringError."""
    _for_session.pop(_entry(node_name, kind), None)
    if not secret:
        _forget(node_name, kind)
        return
    keyring = DICOM_NETWORK.module("keyring")
    try:
        keyring.set_password(_SERVICE, _entry(node_name, kind), secret)
    except Exception as error:
        raise _named(error) from error


def find_secret(node_name: str, kind: SecretKind) -> str | None:
    """Return what is kept for a node, None where there is nothing. Raises KeyringError where there is no keyring."""
    if _entry(node_name, kind) in _for_session:
        return _for_session[_entry(node_name, kind)]
    keyring = DICOM_NETWORK.module("keyring")
    try:
        secret = keyring.get_password(_SERVICE, _entry(node_name, kind))
    except Exception as error:
        raise _named(error) from error
    return None if secret is None else str(secret)


def forget_secrets(node_name: str) -> None:
    """Remove everything that is kept for a node; a system without keyring has nothing to remove."""
    for kind in _KINDS:
        _for_session.pop(_entry(node_name, kind), None)
    for kind in _KINDS:
        try:
            _forget(node_name, kind)
        except KeyringError:
            return


def _forget(node_name: str, kind: SecretKind) -> None:
    keyring = DICOM_NETWORK.module("keyring")
    if find_secret(node_name, kind) is None:
        return
    try:
        keyring.delete_password(_SERVICE, _entry(node_name, kind))
    except Exception as error:
        raise _named(error) from error


def _entry(node_name: str, kind: SecretKind) -> str:
    return f"{node_name.casefold()}/{kind}"


def _named(error: Exception) -> KeyringError:
    # Backends raise whatever their system raises; none of it may hold the secret, so only the kind is told.
    reason: Any = type(error).__name__
    return KeyringError(
        f"expected a keyring of the system for passwords, found none that works ({reason}); on Linux, start a Secret "
        "Service such as GNOME Keyring or KWallet, or choose a backend of keyring by PYTHON_KEYRING_BACKEND."
    )
