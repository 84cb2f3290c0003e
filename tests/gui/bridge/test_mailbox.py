"""What many threads post arrives in the GUI thread, all of it, in order, and not too often."""

import itertools
import threading
import time
from typing import Any

from cxrviewer.gui.bridge.mailbox import Mailbox


def test_everything_arrives_in_the_gui_thread_in_few_batches(qapp: Any, qtbot: Any) -> None:
    mailbox = Mailbox(50)
    batches: list[tuple[float, list[Any]]] = []
    threads: set[int] = set()

    def receive(letters: list[Any]) -> None:
        batches.append((time.monotonic(), letters))
        threads.add(threading.get_ident())

    mailbox.delivered.connect(receive)

    def post(sender: int) -> None:
        for number in range(200):
            mailbox.post((sender, number))
            time.sleep(0.002)

    senders = [threading.Thread(target=post, args=(i,)) for i in range(3)]
    for sender in senders:
        sender.start()
    qtbot.waitUntil(lambda: sum(len(letters) for _, letters in batches) == 600, timeout=20_000)
    for sender in senders:
        sender.join()
    assert threads == {threading.get_ident()}
    arrived = [letter for _, letters in batches for letter in letters]
    for sender_number in range(3):
        assert [n for s, n in arrived if s == sender_number] == list(range(200))
    gaps = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(batches)]
    assert min(gaps) > 0.035
    mailbox.close()


def test_after_a_silence_delivery_is_immediate(qapp: Any, qtbot: Any) -> None:
    mailbox = Mailbox(5000)
    arrived: list[Any] = []
    mailbox.delivered.connect(arrived.extend)
    mailbox.post("first")
    qtbot.waitUntil(lambda: arrived == ["first"], timeout=1000)
    mailbox.close()


def test_a_closed_mailbox_delivers_nothing(qapp: Any, qtbot: Any) -> None:
    mailbox = Mailbox(0)
    arrived: list[Any] = []
    mailbox.delivered.connect(arrived.extend)
    mailbox.post("too late")
    mailbox.close()
    mailbox.post("much too late")
    qtbot.wait(50)
    assert arrived == []
