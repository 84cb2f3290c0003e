"""What a saved node's password and passphrase become in the system's keyring. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cxrviewer.errors import CxrViewerError, KeyringError, MissingExtraError
from cxrviewer.pacs.secrets import SecretKind, find_secret, forget_secrets, keep_secret, use_for_session

_KINDS: Final[tuple[SecretKind, ...]] = ("password", "key-passphrase")


@dataclass(frozen=True)
class SecretChange:
    """The secrets of a node: its name, the one it had before ("" for a new node), and what was typed.

    None leaves a secret as it is, "" removes it.
    """

    name: str
    earlier_name: str = ""
    password: str | None = None
    key_passphrase: str | None = None

    @property
    def is_renamed(self) -> bool:
        """Whether the node had another name."""
        return bool(self.earlier_name) and self.earlier_name.casefold() != self.name.casefold()

    @property
    def typed(self) -> dict[SecretKind, str | None]:
        """What was typed, by its kind."""
        return {"password": self.password, "key-passphrase": self.key_passphrase}

    @property
    def is_empty(self) -> bool:
        """Whether the keyring can stay as it is."""
        return not self.is_renamed and self.password is None and self.key_passphrase is None


def apply_changes(changes: Sequence[SecretChange], removed: Sequence[str]) -> tuple[str, ...]:
    """Bring the keyring up to date, and return why secrets could not be kept; these are used for this session.

    May wait for the person whom a keyring asks to unlock it. removed: names of nodes that are gone.
    """
    wanted: dict[tuple[str, SecretKind], str] = {}
    for change in changes:
        for kind, typed in change.typed.items():
            secret = typed
            if typed is None and change.is_renamed:
                secret = _found(change.earlier_name, kind)
            if secret is not None:
                wanted[change.name, kind] = secret
    for name in (*removed, *(change.earlier_name for change in changes if change.is_renamed)):
        forget_secrets(name)
    problems: dict[str, None] = {}
    for (name, kind), secret in wanted.items():
        try:
            keep_secret(name, kind, secret)
        except (KeyringError, MissingExtraError) as error:
            if secret:
                use_for_session({(name, kind): secret})
                problems[str(error)] = None
    return tuple(problems)


def _found(name: str, kind: SecretKind) -> str | None:
    try:
        return find_secret(name, kind)
    except CxrViewerError:
        return None  # it could not be used before, either


def is_kept(name: str) -> bool:
    """Return whether there is a password for a node; KeyringError where the system has no keyring."""
    return find_secret(name, "password") is not None
