"""Settings of a test's own, a keyring of a test's own or none, and one Orthanc a session."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import QSettings

from cxrviewer.gui.notices import Notices
from cxrviewer.gui.preferences.stored import open_settings
from cxrviewer.gui.theme import Theme
from cxrviewer.pacs.secrets import _for_session
from tests.gui.window.bench import Bench
from tests.pacs import orthanc as orthancs
from tests.pacs.file_keyring import FileKeyring
from tests.pacs.orthanc import Orthanc


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return open_settings(tmp_path / "window.ini")


@pytest.fixture
def notices(qapp: object) -> Notices:
    return Notices()


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileKeyring]:
    """A keyring in a file, instead of the system's."""
    monkeypatch.setenv("CXRVIEWER_TEST_KEYRING", str(tmp_path / "keyring.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.pacs.file_keyring.FileKeyring")
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    yield FileKeyring()
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system without a keyring; what is used for the session is forgotten afterwards."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)
    _for_session.clear()


@pytest.fixture(scope="session")
def running_orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthancs.orthanc(tmp_path_factory.mktemp("orthanc")) as server:
        yield server


@pytest.fixture
def bench(qapp: object, qtbot: object, tmp_path: Path) -> Iterator[Bench]:
    """A window at its first start, in a home of its own."""
    theme = Theme(qapp)
    theme.apply("light")
    home = tmp_path / "home"
    home.mkdir()
    made = Bench(home, theme, qtbot)
    yield made
    made.close()
