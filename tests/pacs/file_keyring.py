"""A keyring for tests: a JSON file that CXRVIEWER_TEST_KEYRING names, used by child processes, too."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    priority = 0.1

    def _path(self) -> Path:
        return Path(os.environ["CXRVIEWER_TEST_KEYRING"])

    def _secrets(self) -> dict[str, str]:
        return json.loads(self._path().read_text()) if self._path().exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._secrets().get(f"{service}|{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path().write_text(json.dumps({**self._secrets(), f"{service}|{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        secrets = self._secrets()
        if secrets.pop(f"{service}|{username}", None) is None:
            raise PasswordDeleteError
        self._path().write_text(json.dumps(secrets))
