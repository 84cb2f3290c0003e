"""A node that answers what a test tells it to, in the place of a process: the same calls, no network."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxrviewer.pacs.node import Node, make_node
from cxrviewer.pacs.process import Finished, Message, Operation, Stopped
from cxrviewer.pacs.query import FoundStudy, parse_date
from cxrviewer.pacs.secrets import Secrets

Script = Callable[[Operation], Sequence[Message]]


@dataclass
class FakeOperation:
    """Tells its messages, one a call; without an end among them it goes on until it is cancelled or closed."""

    operation: Operation
    secrets: Secrets
    messages: list[Message]
    when_cancelled: Message = field(default_factory=Stopped)
    ended: bool = False
    closed: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)

    def next_message(self, timeout: float | None = 0.0) -> Message | None:
        if self.messages:
            message = self.messages.pop(0)
        elif self.cancelled.wait(min(timeout or 0.0, 0.02)):
            message = self.when_cancelled
        else:
            return None
        self.ended = type(message).__name__ in ("Finished", "Failed", "Stopped")
        return message

    def cancel(self) -> None:
        self.cancelled.set()

    def close(self) -> None:
        self.closed = self.ended = True


class FakeNode:
    """Starts FakeOperations; ``answers`` maps the kind of an operation to what it tells."""

    def __init__(self, **answers: Script | Message) -> None:
        self.answers: dict[str, Any] = answers
        self.when_cancelled: Message = Stopped()
        self.started: list[FakeOperation] = []

    def __call__(self, operation: Operation, secrets: Secrets) -> FakeOperation:
        told = self.answers.get(type(operation).__name__, ())
        messages = list(told(operation)) if callable(told) else [told] if not isinstance(told, tuple) else list(told)
        self.started.append(FakeOperation(operation, secrets, messages, self.when_cancelled))
        return self.started[-1]

    @property
    def asked(self) -> list[str]:
        return [type(one.operation).__name__ for one in self.started]


def finished(result: Any) -> Finished:
    return Finished(result)


def node(name: str = "Archive", **fields: Any) -> Node:
    return make_node({"name": name, "host": "127.0.0.1", "port": 11112} | fields)


def study(number: int, **fields: Any) -> FoundStudy:
    given = {
        "study_uid": f"1.2.3.{number}", "patient_name": f"SECRET^PERSON{number}", "patient_id": f"ID-{number}",
        "patient_birth_date": parse_date("19500102"), "study_date": parse_date(f"202601{number:02}"),
        "study_time": "101500", "description": "Chest", "accession_number": f"A{number}", "modalities": ("DX",),
        "series_count": number, "object_count": 10 - number,
    }  # fmt: skip
    return FoundStudy(**(given | fields))
