"""HTTP to one DICOMweb server and to no other: verified, within limits, every failure by name."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from cxrviewer.errors import (
    AssociationLostError,
    AuthenticationError,
    NetworkTimeoutError,
    PeerAnswerError,
    PeerStatusError,
    TlsError,
    UnreachableError,
)
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.secrets import find_secret
from cxrviewer.pacs.tls import client_context, tls_problem
from cxrviewer.version import __version__

if TYPE_CHECKING:
    from requests import Response, Session

JSON_BYTES: Final = 64 * 1024 * 1024
OBJECT_BYTES: Final = 1 << 29
_CHUNK: Final = 256 * 1024
_MOST_REDIRECTS: Final = 3
_JSON: Final = "application/dicom+json"


class Connection:
    """A session with a DICOMweb server; its password is fetched from the keyring when it is opened."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._session = _open_session(node)

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def get_json(self, path: str, parameters: Sequence[tuple[str, str]]) -> list[Any]:
        """Return the list that the server answers; an empty one where it has nothing."""
        # Wildcards stay as they are: a query may hold them (RFC 3986), and some servers do not know them encoded.
        query = urlencode(parameters, safe="*?")
        with self.get(f"{path}?{query}", _JSON) as response:
            if response.status_code == 204:
                return []
            return json_list(self.node, b"".join(limited(self.node, response, JSON_BYTES)))

    @contextmanager
    def get(self, path: str, accept: str) -> Iterator[Response]:
        """Give the answer to a GET whose status is one of success, its body unread; redirects within the host only."""
        url = f"{self.node.url}/{path}"
        with named_errors(self.node):
            for _ in range(_MOST_REDIRECTS + 1):
                with self._session.get(url, headers={"Accept": accept}, stream=True, **self._options()) as response:
                    if not response.is_redirect:
                        check_status(self.node, response)
                        yield response
                        return
                    url = self._redirected(url, response)
        raise PeerAnswerError(f"{self.node.name} redirects in a circle; check the node's address.")

    def post(self, path: str, body: Any, content_type: str) -> tuple[int, bytes]:
        """Send a body and return status and content of the answer; raises for the statuses that speak of the whole."""
        with (
            named_errors(self.node),
            self._session.post(
                f"{self.node.url}/{path}",
                data=body,
                headers={"Content-Type": content_type, "Accept": _JSON},
                stream=True,
                **self._options(),
            ) as response,
        ):
            if response.status_code not in (202, 409):
                check_status(self.node, response)
            return response.status_code, b"".join(limited(self.node, response, JSON_BYTES))

    def _options(self) -> dict[str, Any]:
        return {"timeout": self.node.timeout_seconds, "allow_redirects": False}

    def _redirected(self, url: str, response: Response) -> str:
        target = urljoin(url, response.headers.get("Location", ""))
        here, there = urlsplit(self.node.url), urlsplit(target)
        if (here.scheme, here.hostname, _port(here)) != (there.scheme, there.hostname, _port(there)):
            raise PeerAnswerError(
                f"{self.node.name} redirects to another host, which is not followed; enter the address that is meant."
            )
        return target


@contextmanager
def connected(node: Node) -> Iterator[Connection]:
    """Give a connection that is closed when the block ends."""
    connection = Connection(node)
    try:
        yield connection
    finally:
        connection.close()


def limited(node: Node, response: Response, most: int) -> Iterator[bytes]:
    """Yield an answer's body in pieces; PeerAnswerError where it is longer than ``most`` bytes."""
    count = 0
    pieces = response.iter_content(_CHUNK)
    while True:
        with named_errors(node):  # here, as requests' errors are OSErrors, and whoever writes takes them for the disk's
            piece = next(pieces, None)
        if piece is None:
            return
        count += len(piece)
        if count > most:
            raise PeerAnswerError(f"expected an answer of {node.name} of at most {most:,} bytes, got more.")
        yield piece


def json_list(node: Node, raw: bytes) -> list[Any]:
    """Return a JSON list; PeerAnswerError for anything else."""
    if not raw.strip():
        return []
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise PeerAnswerError(
            f"expected {node.name} to answer in JSON, got something else; check that the address is that of DICOMweb "
            "(often it ends in /dicom-web or /rs)."
        ) from error
    if not isinstance(content, list):
        raise PeerAnswerError(f"expected {node.name} to answer a list, got something else.")
    return content


def check_status(node: Node, response: Response) -> None:
    """Raise the named error of an HTTP status that is none of success."""
    code = response.status_code
    if 200 <= code < 300:
        return
    if code in (401, 403):
        raise AuthenticationError(
            f"{node.name} answered {code}: it wants a user name and password, or does not let this user do that; check "
            "both in the node's settings."
        )
    if code in (400, 404, 405, 501):
        raise PeerStatusError(
            f"{node.name} answered {code}: it does not know this; check that the address is that of DICOMweb, and that "
            "the study is still there."
        )
    if code in (413, 507):
        raise PeerStatusError(f"{node.name} answered {code}: it has no room for this.")
    raise PeerStatusError(f"{node.name} answered with the status {code}; ask whoever runs it.")


@contextmanager
def named_errors(node: Node) -> Iterator[None]:
    """Turn what requests raises into the program's own errors."""
    from requests import exceptions
    from urllib3.exceptions import ReadTimeoutError

    try:
        yield
    except exceptions.SSLError as error:
        cause = _cause(error, ssl.SSLError)
        raise tls_problem(node, cause) if cause else TlsError(f"no encrypted connection to {node.name}.") from error
    except exceptions.Timeout as error:
        raise _timed_out(node) from error
    except exceptions.ChunkedEncodingError as error:
        raise AssociationLostError(f"{node.name} ended the connection in its answer; try again.") from error
    except exceptions.ConnectionError as error:
        if _cause(error, ReadTimeoutError):  # in the middle of an answer
            raise _timed_out(node) from error
        if _cause(error, ConnectionResetError) or "aborted" in str(error):
            raise AssociationLostError(f"{node.name} ended the connection before its answer; try again.") from error
        raise UnreachableError(
            f"expected {node.name} at {node.url}, but nobody answers there; check host and port, and that it runs."
        ) from error
    except exceptions.RequestException as error:
        raise PeerAnswerError(
            f"what {node.name} answered is not HTTP as expected ({type(error).__name__}); check its address."
        ) from error


def _timed_out(node: Node) -> NetworkTimeoutError:
    return NetworkTimeoutError(
        f"{node.name} did not answer within {node.timeout_seconds:g} s; check its address, or raise the time-out."
    )


def _open_session(node: Node) -> Session:
    DICOM_NETWORK.module("requests")
    from requests import Session
    from requests.auth import HTTPBasicAuth

    session = Session()
    session.trust_env = False  # no proxy, no .netrc: the node that was configured, and nothing else
    session.headers["User-Agent"] = f"cxrviewer/{__version__}"
    if node.user:
        password = find_secret(node.name, "password")
        if password is None:
            raise AuthenticationError(
                f"expected a password for the user of {node.name} in the system's keyring, found none; enter it in the "
                "node's settings, or by 'cxrviewer nodes password'."
            )
        session.auth = HTTPBasicAuth(node.user.encode(), password.encode())  # UTF-8, not latin-1
    if node.encrypted:
        session.mount("https://", _tls_adapter(client_context(node)))
    return session


def _tls_adapter(context: ssl.SSLContext) -> Any:
    from requests.adapters import HTTPAdapter

    class ContextAdapter(HTTPAdapter):
        """Uses one context, with its authorities and certificate, for every connection."""

        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, ssl_context=context, **options)

        def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
            """Leave the context as it is: it verifies, and by the authorities that the node names."""

    return ContextAdapter()


def _port(parts: Any) -> int:
    return int(parts.port or (443 if parts.scheme == "https" else 80))


def _cause(error: BaseException, kind: type[Any]) -> Any:
    """Return the exception of a kind among those that led to an error, or None."""
    seen: list[Any] = [error]
    while seen:
        one = seen.pop()
        if isinstance(one, kind):
            return one
        if isinstance(one, BaseException):
            seen.extend([one.__cause__, one.__context__, getattr(one, "reason", None), *one.args])
    return None
