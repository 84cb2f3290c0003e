"""A node while it is being edited: fields that need not make one yet, and the secrets that were typed. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cxrviewer.gui.pacs.node_secrets import SecretChange
from cxrviewer.pacs.node import Node, make_node, node_fields, node_problems

_EMPTY: Final[Mapping[str, Any]] = {"name": "", "host": "", "port": 104}

# Where several fields do not fit together, the one that a person has to mend.
_FIELD_OF_WORDS: Final = (
    ("expected a host for", "host"),
    ("expected an address", "url"),
    ("user name", "user"),
    ("AE title", "move_destination"),
    ("client certificate", "client_certificate"),
)


@dataclass(frozen=True)
class NodeDraft:
    """``saved_as``: the name under which it is configured, "" for a new one, and ``had_user`` whether with a user.

    Secrets: None as they are, "" none.
    """

    fields: Mapping[str, Any] = field(default_factory=lambda: dict(_EMPTY))
    saved_as: str = ""
    had_user: bool = False
    password: str | None = None
    key_passphrase: str | None = None

    @property
    def name(self) -> str:
        """What it is called so far."""
        return str(self.fields.get("name", "")).strip()

    @property
    def has_password(self) -> bool:
        """Whether it asks for a password at all."""
        return self.fields.get("kind") == "dicomweb" and bool(self.fields.get("user"))

    def node(self) -> Node:
        """Return the node that it makes; NodeError where it makes none."""
        return make_node(self.fields)

    def change(self) -> SecretChange:
        """Return what becomes of its secrets; without a user there is no password."""
        node = self.node()
        password = self.password if node.user else ("" if self.had_user else None)
        return SecretChange(node.name, self.saved_as, password, self.key_passphrase)


def draft_of(node: Node) -> NodeDraft:
    """Return a configured node for editing."""
    return NodeDraft(node_fields(node), node.name, bool(node.user))


def copy_of(draft: NodeDraft, name: str) -> NodeDraft:
    """Return a new node with the same fields; secrets that were kept are not copied."""
    return replace(draft, fields={**draft.fields, "name": name}, saved_as="", had_user=False)


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that no node has: the wanted one, or with a number behind it."""
    known = {name.casefold() for name in taken}
    name, number = wanted, 2
    while name.casefold() in known:
        name, number = f"{wanted} {number}", number + 1
    return name


def problems_of(draft: NodeDraft, others: Sequence[NodeDraft]) -> dict[str, str]:
    """Return what is wrong, by field, in words; none where the node can be used."""
    found: dict[str, str] = {}
    for name, words in node_problems(draft.fields):
        place = name or next((place for sign, place in _FIELD_OF_WORDS if sign in words), "name")
        found.setdefault(place, words)
    if draft.name and any(other.name.casefold() == draft.name.casefold() for other in others):
        found.setdefault("name", "expected a name that no other node has")
    return found
