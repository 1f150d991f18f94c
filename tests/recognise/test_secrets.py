"""What is found as a credential, where, and what only looks like one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from random import Random

import pytest

from prgate.recognise.secrets import UNCERTAIN, Secret, find_secrets
from prgate.recognise.shapes import PLACES, PRIVATE_KEY, SHAPES, Shape
from tests.hang import no_hang
from tests.recognise.credential_samples import drawn, of_pattern

HOLDS: dict[str, Callable[[str], str]] = {
    "plain": lambda key: f'KEY = "{key}"\n',
    "alone": lambda key: key,
    "in a shell": lambda key: f"export KEY={key} # mine",
    "in JSON": lambda key: json.dumps({"text": f"first\n{key}\nlast"}),
    "in JSON in JSON": lambda key: json.dumps(json.dumps({"key": key, "text": f"tab\t{key}"})),
    "in an address": lambda key: f"git clone https://{key}@forge.acme.dev/shop.git",
}


def found(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    return [(secret.kind, data[secret.start : secret.end].decode()) for secret in find_secrets(data)]


def word(size: int, rng: Random) -> str:
    return of_pattern(f"[A-Za-z0-9]{{{size}}}", rng)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ghp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ghp_0123456789abcdefghijklmnopqrstuvwxyz npm_zyxwvutsrqponmlkjihgfedcba9876543210",
        "ghp_" + "Ab3dE7gH" * 5,
        "ghp_aAbBaAbBbBaAaBAbBAabBaBbABabAabBBAbAbB",
        "ghp_abcabcabcabcabcabcabcabcabcabcabcabc sk-ant-api03-your-key-goes-here",
        "sk-proj-this-is-the-name-of-a-project glpat-<your token here> glpat-${TOKEN}",
        "hf_YourHuggingFaceTokenGoesRightHereXY dop_v1_****************************************************************",
        "pypi-some-package-with-a-long-name-and-many-words-in-it-indeed",
        "https://user:password@host.acme.dev/ postgres://postgres:postgres@db:5432/app ftp://anonymous:me@example.com",
        "https://${USER}:${PASS1234}@acme.dev https://%s:%s@acme.dev https://<user>:<passw0rd>@acme.dev https://acme.dev:8080/a@b",
        "redis://:s3cr3tpassw0rd@localhost:6379 amqp://bob:k3Jx9Qm2Lw8z@127.0.0.1 amqp://bob:k3Jx9Qm2Lw8z@rabbit amqp://bob:k3Jx9Qm2Lw8z@mq.example",
        "docker run -u 1000:1000123456 image; chown --user root:wheel1234567",
        'Authorization: Bearer your-token-here-please {"Authorization": "Bearer <token>"}',
        "3f9c2ab41d77e0f5a6b8c9d0e1f2a3b4c5d6e7f8 sha256:3f9c2ab41d77e0f5a6b8c9d0e1f2a3b4c5d6e7f8",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----",
        "if '-----BEGIN OPENSSH PRIVATE KEY-----' in text: return 3f9c2ab41d77e0f5a6b8c9d0e1f2a3b4c5d6e7f8",
        f"-----BEGIN EC PRIVATE KEY-----\n{'QUJD' * 30}\n-----END EC PRIVATE KEY-----",
        f"-----BEGIN EC PRIVATE KEY-----\n{word(44, Random(1))}\n",
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7xqPzYb0tNfVw3mL9kQeRz\n-----END PUBLIC KEY-----",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV",
    ],
)
def test_a_placeholder_or_an_example_is_none(text: str) -> None:
    assert [] == found(text)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.kind} {shape.starts[0]}")
def test_each_shape_is_found_under_its_name_wherever_it_stands(shape: Shape) -> None:
    rng = Random(str(shape.starts))
    missed = []
    for number in range(60):
        place, hold = list(HOLDS.items())[number % len(HOLDS)]
        key = drawn(shape, rng)
        told = found(hold(key))
        if place != "in an address" or _may_be_a_user(key):
            missed += [] if {(shape.kind, key)} == set(told) else [(key, told)]
    assert 2 >= len(missed), missed


def _may_be_a_user(key: str) -> bool:
    return key[0].isalnum() and not {"/", ":", " "} & set(key)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.kind} {shape.starts[0]}")
def test_a_part_of_a_longer_word_is_none(shape: Shape) -> None:
    rng = Random(str(shape.starts))
    for _ in range(20):
        key = drawn(shape, rng)
        assert [] == [told for told in found(f"x{key}") if told[0] == shape.kind and told[1] == key]
        if key[-1].isalnum():
            assert [] == [told for told in found(f"{key}_AND") if told[1] == key]


def test_several_are_found_in_order_each_once() -> None:
    rng = Random(5)
    first, second = f"ghp_{word(36, rng)}", f"npm_{word(36, rng)}"
    assert [("GitHub token", first), ("npm token", second), ("GitHub token", first)] == found(f"{first},{second}\\n{first}")


def test_after_a_placeholder_the_search_goes_on() -> None:
    key = f"ghp_{word(36, Random(6))}"
    assert [("GitHub token", key)] == found(f"ghp_{'x' * 36} {key}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://bob:{}@db.acme.dev/shop", "password in a URL"),
        (r'"postgres:\/\/bob:{}@db.acme.dev\/shop"', "password in a URL"),
        ("aws_secret_access_key = {}", None),
        ("Authorization: Bearer {}", "authorization header"),
        (r"{{\"authorization\": \"token {}\"}}", "authorization header"),
        ("-H 'x-api-key: {}'", "key in a header"),
        ("curl -s -u bob:{} https://acme.dev", "password on a command line"),
        ("curl --user 'bob:{}' https://acme.dev", "password on a command line"),
    ],
)
def test_a_password_is_known_by_its_place(text: str, kind: str | None) -> None:
    password = word(22, Random(7)) + "9"
    assert ([] if kind is None else [kind]) == [told for told, _ in found(text.format(password))]


def test_an_aws_secret_key_is_known_by_its_name() -> None:
    key = of_pattern("[A-Za-z0-9/+]{40}", Random(8))
    for text in (f"aws_secret_access_key = {key}", f'"SecretAccessKey": "{key}"', f"AWS_SECRET_ACCESS_KEY={key}\n"):
        assert [("AWS secret key", key)] == found(text)
    assert [] == found(f"commit_hash={key}")


def test_what_has_a_shape_as_well_is_named_by_it() -> None:
    key = f"ghp_{word(36, Random(9))}"
    for text in (f"Authorization: Bearer {key}", f"https://x-access-token:{key}@forge.acme.dev/a", f"curl -u bob:{key} https://acme.dev"):
        assert [("GitHub token", key)] == found(text)


def test_a_user_for_another_program_than_curl_is_no_password() -> None:
    assert [] == found(f"docker run --user bob:{word(20, Random(10))}9 image")
    assert [] == found(f"curl https://acme.dev\nssh -u bob:{word(20, Random(10))}9")


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN {} PRIVATE KEY-----\n{}\n{}\n-----END {} PRIVATE KEY-----\n",
        "'-----BEGIN {} PRIVATE KEY-----\\n'\n  + '{}\\n'\n  + '{}\\n' + '-----END {} PRIVATE KEY-----'",
        '{{"key": "-----BEGIN {} PRIVATE KEY-----\\n{}\\n{}\\n-----END {} PRIVATE KEY-----\\n"}}',
        "-----BEGIN {} PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n{}\n{}\n-----END {} PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: {}\n\n{}\n{}\n=x{}\n-----END PGP PRIVATE KEY BLOCK-----",
        "PuTTY-User-Key-File-3: {}\nEncryption: none\nPrivate-Lines: 2\n{}\n{}\nPrivate-MAC: {}",
    ],
)
def test_a_private_key_is_found_with_all_its_lines(text: str) -> None:
    rng = Random(11)
    lines = word(64, rng), word(64, rng)
    whole = text.format("RSA", *lines, "RSA")
    ((kind, body),) = found(f"a\n{whole} b")
    assert PRIVATE_KEY == kind
    assert lines[0] in body
    assert lines[1] in body


def test_a_repository_of_kinds_says_which_are_only_a_question() -> None:
    assert {"JSON web token", "Stripe test key", "Google API key", "password in a URL"} <= UNCERTAIN
    assert set() == UNCERTAIN & {"GitHub token", "AWS access key", "AWS secret key", "Stripe key", PRIVATE_KEY}
    certain = {entry.kind for entry in (*SHAPES, *PLACES) if entry.certain}
    assert set() == certain & UNCERTAIN


def test_bytes_that_are_no_text_do_not_matter() -> None:
    key = f"ghp_{word(36, Random(12))}".encode()
    data = b"\xff\xfe\x00" + key + b"\xff\x00" + bytes(range(256))
    assert [Secret("GitHub token", 3, 3 + len(key))] == list(find_secrets(data))


UNITS = [
    "eyJ",
    "eyJaaaaaaaa.",
    "://a:",
    "://a:bbbbbbbbb@",
    "ghp_",
    "sk-ant-",
    "A",
    "-----BEGIN PRIVATE KEY-----",
    "Private-Lines: 2\n",
    "curl -u a:",
    "\\n",
]


@pytest.mark.parametrize("unit", [*UNITS, "Authorization: Bearer ", f" ghp_{'xy' * 18}", "aws_secret_key=", "MNOabc.", "1234567:AA"])
def test_no_text_takes_long(unit: str) -> None:
    data = unit.encode() * (500_000 // len(unit))
    started = time.process_time()
    with no_hang():
        list(find_secrets(data))
    once = time.process_time() - started
    assert once < 30
