"""One Orthanc a session, one with TLS, and a keyring of the tests' own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import keyring
import pytest
import trustme

from cxrviewer.pacs.secrets import keep_secret
from tests.cli.command import environment
from tests.pacs import orthanc as orthancs
from tests.pacs.file_keyring import FileKeyring
from tests.pacs.network import tls_proxy
from tests.pacs.orthanc import Orthanc


@dataclass(frozen=True)
class Certificates:
    """PEM files: an authority, and what it has signed for a server at localhost and for a client."""

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    names = ("ca", "server", "server-key", "client", "client-key")
    files = Certificates(*(folder / f"{name}.pem" for name in names))
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    server = authority.issue_cert("localhost", key_type=trustme.KeyType.RSA)
    client = authority.issue_cert("client.localhost", key_type=trustme.KeyType.RSA)
    authority.cert_pem.write_to_path(files.ca)
    server.cert_chain_pems[0].write_to_path(files.server)
    server.private_key_pem.write_to_path(files.server_key)
    client.cert_chain_pems[0].write_to_path(files.client)
    client.private_key_pem.write_to_path(files.client_key)
    return files


@pytest.fixture(scope="session")
def running_orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthancs.orthanc(tmp_path_factory.mktemp("orthanc")) as server:
        yield server


@pytest.fixture
def orthanc(running_orthanc: Orthanc, secrets: Path) -> Orthanc:
    """An empty Orthanc whose password is in the keyring."""
    running_orthanc.clear()
    keep_secret("orthanc-web", "password", orthancs.PASSWORD)
    return running_orthanc


@pytest.fixture(scope="session")
def tls_orthanc(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Orthanc]:
    """An Orthanc that speaks TLS only, and takes DICOM associations with a certificate of the authority only."""
    folder = tmp_path_factory.mktemp("tls-orthanc")
    settings = {
        "DicomTlsEnabled": True,
        "DicomTlsCertificate": str(certificates.server),
        "DicomTlsPrivateKey": str(certificates.server_key),
        "DicomTlsTrustedCertificates": str(certificates.ca),
        "DicomTlsRemoteCertificateRequired": True,
    }
    with (
        orthancs.orthanc(folder, **settings) as server,
        # Debian's Orthanc 1.10.1 falls over with HTTPS of its own, so that is done before it, as many hospitals do.
        tls_proxy(server.http_port, certificates.server, certificates.server_key) as port,
    ):
        yield replace(server, https_port=port)


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring in a file, instead of the system's."""
    path = tmp_path / "keyring.json"
    monkeypatch.setenv("CXRVIEWER_TEST_KEYRING", str(path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.pacs.file_keyring.FileKeyring")
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    yield path
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def dcmtk() -> None:
    """dcmtk's programs, installed where they are missing."""
    orthancs.install()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of configuration and data that are nobody's."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"
