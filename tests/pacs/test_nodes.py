"""Nodes: what is one, and the file that keeps them."""

import json
import string
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends.fail import Keyring as NoKeyring

from cxrviewer.errors import CxrViewerError, KeyringError, NodeError, UnknownNodeError
from cxrviewer.pacs.node import Node, checked_ae_title, make_node, node_fields
from cxrviewer.pacs.node_file import find_node, load_nodes, nodes_from_json, save_nodes
from cxrviewer.pacs.secrets import find_secret, forget_secrets, keep_secret
from tests.pacs.network import quick

PACS = {"name": "PACS", "host": "pacs.example.org", "called_ae_title": "ARCHIVE"}
WEB = {"name": "web", "kind": "dicomweb", "url": "https://pacs.example.org/rs/", "user": "reader"}


@quick
@given(st.text(max_size=20))
def test_an_ae_title_is_up_to_16_printable_ascii_characters(text: str):
    possible = 1 <= len(text.strip(" ")) <= 16 and all(" " <= c <= "~" and c != "\\" for c in text.strip(" "))
    if possible:
        assert checked_ae_title(text) == text.strip(" ")
    else:
        with pytest.raises(ValueError, match="AE title"):
            checked_ae_title(text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": ""}, "host"),
        ({"host": "two words"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 70000}, "port"),
        ({"called_ae_title": "SEVENTEEN LETTERS"}, "AE title"),
        ({"called_ae_title": ""}, "AE title"),
        ({"name": "../../etc"}, "name"),
        ({"kind": "dicomweb"}, "URL"),
        ({"kind": "dicomweb", "url": "ftp://host/"}, "DICOMweb address"),
        ({"kind": "dicomweb", "url": "http://me:secret@host/"}, "fields of their own"),
        ({"kind": "dicomweb", "url": "http://host:99999/"}, "url"),
        ({"user": "reader"}, "user name"),
        ({"retrieve_by": "c-move", "move_destination": "back\\slash"}, "AE title"),
        ({"client_key": "key.pem"}, "client certificate"),
        ({"timeout_seconds": 0}, "timeout"),
        ({"password": "secret"}, "password"),
    ],
)
def test_what_is_no_node_is_refused_in_words(fields: dict[str, object], words: str):
    with pytest.raises(NodeError, match=words) as caught:
        make_node(PACS | fields)
    assert "secret" not in str(caught.value).replace("me:secret", "")


def test_nodes_are_kept_in_their_order_and_read_back(tmp_path: Path):
    path = tmp_path / "configuration" / "nodes.json"
    assert load_nodes(path) == ()
    nodes = (make_node(PACS), make_node(WEB))
    save_nodes(nodes, path)
    assert load_nodes(path) == nodes
    assert nodes[1].url == "https://pacs.example.org/rs"
    assert [entry.name for entry in path.parent.iterdir()] == ["nodes.json"]


def test_two_nodes_of_one_name_are_refused_and_the_file_stays(tmp_path: Path):
    path = tmp_path / "nodes.json"
    save_nodes([make_node(PACS)], path)
    with pytest.raises(NodeError, match="name of its own"):
        save_nodes([make_node(PACS), make_node(WEB | {"name": "pacs"})], path)
    assert load_nodes(path) == (make_node(PACS),)


def test_a_node_is_found_by_name_whatever_its_case_and_an_unknown_one_names_those_there_are():
    nodes = [make_node(PACS), make_node(WEB)]
    assert find_node(" pacs ", nodes) is nodes[0]
    with pytest.raises(UnknownNodeError, match="PACS, web"):
        find_node("other", nodes)


node_names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=30)


@quick
@given(
    name=node_names,
    port=st.integers(1, 65535),
    title=st.text(string.ascii_letters + "_- ", min_size=1, max_size=16).filter(lambda text: text.strip()),
    tls=st.booleans(),
    timeout=st.floats(0.1, 3600),
)
def test_every_node_comes_back_from_the_file_as_it_was(name: str, port: int, title: str, tls: bool, timeout: float):
    node = make_node(
        PACS | {"name": name, "port": port, "called_ae_title": title, "tls": tls, "timeout_seconds": timeout}
    )
    raw = json.dumps({"format_version": 1, "nodes": [node_fields(node)]}).encode()
    assert nodes_from_json(raw, Path("nodes.json")) == (node,)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@quick
@given(json_values | st.fixed_dictionaries({"format_version": st.just(1), "nodes": json_values}))
def test_any_other_json_is_refused_by_name(content: object):
    raw = json.dumps(content).encode()
    try:
        nodes = nodes_from_json(raw, Path("nodes.json"))
    except NodeError as error:
        assert "nodes.json" in str(error)  # noqa: PT017 - either is right, and only one has a message
    else:
        assert nodes == ()


@quick
@given(st.binary(max_size=60))
def test_any_other_bytes_are_refused_by_name(raw: bytes):
    with pytest.raises(NodeError, match=r"nodes\.json"):
        nodes_from_json(raw, Path("nodes.json"))


def test_a_damaged_file_is_neither_ignored_nor_replaced(tmp_path: Path):
    path = tmp_path / "nodes.json"
    path.write_bytes(b"[" * 100_000)
    with pytest.raises(NodeError, match="move it away"):
        load_nodes(path)
    path.write_bytes(b" " * (2 << 20))
    with pytest.raises(NodeError, match="at most"):
        load_nodes(path)


def test_certificate_files_have_to_be_there(tmp_path: Path):
    with pytest.raises(NodeError, match="CA file"):
        make_node(PACS | {"tls": True, "ca_file": str(tmp_path / "none.pem")}).check_files()


def test_a_password_is_in_the_keyring_and_nowhere_else(tmp_path: Path, secrets: Path):
    node = make_node(WEB)
    keep_secret(node.name, "password", "pass: wörd")
    save_nodes([node], tmp_path / "nodes.json")
    assert find_secret("WEB", "password") == "pass: wörd"
    assert "wörd" not in (tmp_path / "nodes.json").read_text(encoding="utf-8")
    assert "password" not in Node.__dataclass_fields__
    forget_secrets(node.name)
    assert find_secret(node.name, "password") is None
    keep_secret(node.name, "password", "")  # removes what is not there
    assert json.loads(secrets.read_text()) == {}


def test_a_system_without_keyring_is_named(secrets: Path):
    keyring.set_keyring(NoKeyring())
    for attempt in (lambda: keep_secret("web", "password", "hidden"), lambda: find_secret("web", "password")):
        with pytest.raises(KeyringError, match="expected a keyring") as caught:
            attempt()
        assert "hidden" not in str(caught.value)
    forget_secrets("web")  # nothing to forget


def test_every_network_error_has_a_code_of_its_own():
    from cxrviewer import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.NetworkError)]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes) >= 12
    assert all(issubclass(kind, CxrViewerError) for kind in kinds)
