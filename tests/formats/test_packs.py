from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest

from prgate.formats.policy import read_pack, read_policy
from prgate.model import globs
from prgate.model.policy import Mode, OnUnknown, Policy
from prgate.model.verdict import PolicySource
from prgate.packs import read_packs
from prgate.rules import RULES
from tests.formats.invented_rules import SOURCE

TABLE = """
agent-authored-risk  o b   b
dependent-approval   o w   b
false-declaration    o w   b
forbidden-tool       o w   w
foreign-trace        o w   b
gate-tampering       o b   b
hidden-text          o b   b
landmine             o w   w
leaked-secret        o w   b
leftovers            o w   w
lost-coverage        o bu  b
missing-evidence     o w   b
missing-owner        o w   b
missing-tests        o b   b
missing-trace        o w   b
oversized-change     o w   w
resurrected-change   o w   w
skipped-approval     o w   w
stale-context        o w   w
uncovered-change     o w   b
undisclosed-agent    o w   b
unexplained-change   o w   b
unverified-work      o w   w
"""
SHORT = {Mode.OBSERVE: "o", Mode.WARN: "w", Mode.BLOCK: "b"}


@cache
def packs() -> dict[str, Policy]:
    data = read_packs()
    return {name: read_pack(name, rules=RULES, packs=data) for name in ("observe", "baseline", "strict")}


def test_the_packs_are_the_table_of_the_contract() -> None:
    rows: dict[str, list[str]] = {}
    for policy in packs().values():
        for setting in policy.settings:
            unknown = "u" if setting.on_unknown is OnUnknown.WARN else ""
            rows.setdefault(setting.rule, []).append(SHORT[setting.mode] + unknown)
    assert rows == {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}


def test_baseline_takes_a_declared_human_and_strict_does_not() -> None:
    accepted = {name: policy.settings[0].params.accept for name, policy in packs().items()}
    assert accepted == {
        "observe": ("vouched", "declared-human"),
        "baseline": ("vouched", "declared-human"),
        "strict": ("vouched",),
    }


def test_the_packs_know_every_domain_and_ask_about_each() -> None:
    names = {"auth", "crypto", "infra", "ci", "compliance", "payments", "migrations", "performance", "secrets", "agent-instructions"}
    for policy in packs().values():
        assert names == set(policy.domains)
        assert all(domain.paths and domain.ask for domain in policy.domains.values())


def test_a_pack_s_source_is_its_name_and_digest() -> None:
    data = read_packs()["strict"]
    assert packs()["strict"].source == PolicySource("pack:strict", None, sha256(data).hexdigest())


@pytest.mark.parametrize("name", ["observe", "baseline", "strict"])
def test_the_globs_and_marks_of_a_pack_compile(name: str) -> None:
    data = read_packs()
    policy = read_policy(data[name], name=name, source=SOURCE, rules=RULES, packs=data)
    assert replace(policy, source=packs()[name].source) == packs()[name]


RISKY = {
    "auth": ["src/auth/token.py", "app/OAuthClient.java", "lib/authorize.ts", "web/login.tsx", "pkg/authz.go", "AuthService.cs"],
    "ci": [".github/workflows/ci.yml", "sub/action.yml", ".gitlab-ci.yml", "Jenkinsfile", "Jenkinsfile.release"],
    "compliance": ["app/gdpr/erase.py", "AuditLogWriter.java", "src/tax/rates.rb", "data_retention.py"],
    "crypto": ["src/crypto/token.py", "lib/Cryptography/Aes.cs", "crypto_utils.go", "x509.rs", "signing.py", "PasswordEncryptor.kt"],
    "infra": [
        "main.tf",
        "Dockerfile",
        "web/Dockerfile.dev",
        "api.Dockerfile",
        "k8s/web.yaml",
        "charts/web/values-prod.yaml",
        "compose.yml",
    ],
    "migrations": ["db/migrate/20260101_add.rb", "app/migrations/0001_initial.py", "V12__accounts.sql", "alembic/versions/ab.py"],
    "payments": ["billing/run.py", "PaymentGateway.java", "stripe_webhook.rb", "InvoiceService.cs", "src/ledger/post.go"],
    "performance": ["kernels/gemm.cu", "src/simd/add.rs", "memcpy_avx2.c"],
    "secrets": [".env", ".env.production", "deploy/key.pem", "config/secrets.yml", ".npmrc", "aws_credentials.json"],
}
ORDINARY = [
    "src/author.py",
    "lib/authors/list.ts",
    "blog/index.md",
    "ui/charts/Pie.tsx",
    "src/plugin.py",
    "src/designing.md",
    "syntax/taxonomy.py",
    "src/checkout.py",
    "DockerfileStage.cs",
    "src/keyboard.ts",
    "src/session.py",
    "src/infrastructure/clock.py",
    "src/monkey.py",
    ".env.example",
    "tests/test_parser.py",
    "README.md",
    "package.json",
    "src/signature_help.rs",
    "src/environment.py",
    "pipeline.py",
]


def domains_of(path: str) -> list[str]:
    found = packs()["baseline"].domains
    return sorted(name for name, domain in found.items() if globs.compile_globs(domain.paths)(path.encode()))


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in RISKY.items() for path in paths])
def test_the_packs_find_what_is_high_risk(name: str, path: str) -> None:
    assert name in domains_of(path)


@pytest.mark.parametrize("path", ORDINARY)
def test_the_packs_leave_ordinary_files_alone(path: str) -> None:
    assert domains_of(path) == []
