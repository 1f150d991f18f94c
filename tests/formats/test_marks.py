"""Marks in changed lines put a file in a domain, and say which line and why."""

from __future__ import annotations

from functools import cache

import pytest

from prgate.formats.marks import MOST, mark_domains
from prgate.formats.policy import read_pack
from prgate.model.diff import Diff, FileChange, Hunk, Mark, Status
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.policy import Domain
from prgate.packs import read_packs
from prgate.rules import RULES


def change(body: bytes, path: bytes = b"src/a.py", file_class: FileClass = FileClass.SOURCE, domains: tuple[str, ...] = ()) -> FileChange:
    """A changed file with one hunk that begins at line 10 on both sides."""
    marks = [line[:1] for line in body.split(b"\n")[:-1]]
    old, new = sum(mark in b"- " for mark in marks), sum(mark in b"+ " for mark in marks)
    hunk = Hunk(10, old, 10, new, body)
    modes, oids = (0o100644, 0o100644), ("1" * 40, "2" * 40)
    return FileChange(Status.MODIFIED, path, path, modes, oids, False, new, old, (hunk,), file_class, domains)


def marked(file: FileChange, **marks: str) -> FileChange:
    (found,) = mark_domains(Diff((file,)), {name: Domain((), (mark,)) for name, mark in marks.items()}).files
    return found


@cache
def shipped() -> dict[str, Domain]:
    return dict(read_pack("baseline", rules=RULES, packs=read_packs()).domains)


def found(line: str, path: str = "src/a.py") -> list[str]:
    """The domains that the shipped marks see in one added line, the path left out."""
    domains = {name: Domain((), domain.marks) for name, domain in shipped().items()}
    (file,) = mark_domains(Diff((change(b"+" + line.encode() + b"\n", path.encode()),)), domains).files
    return list(file.domains)


def test_lines_that_did_not_change_mark_nothing() -> None:
    assert () == marked(change(b" import hmac\n+a = 1\n"), crypto="import hmac").domains


def test_a_mark_at_the_beginning_of_a_line_means_the_line_without_its_marker() -> None:
    file = marked(change(b"+a = 1\n+import hmac\n"), crypto=r"^import\s+hmac$")
    assert (("crypto",), (Mark("crypto", 11, removed=False, text="import hmac"),)) == (file.domains, file.marks)


def test_what_is_taken_away_stands_where_it_was() -> None:
    file = marked(change(b" a\n-@login_required\n-@login_required\n b\n+c\n-@login_required\n"), auth="@login_required")
    assert [(11, True), (11, True), (12, True)] == [(mark.line, mark.removed) for mark in file.marks]


def test_what_is_taken_away_with_all_lines_of_its_file_stands_nowhere() -> None:
    gone = change(b"-@login_required\n")
    body = b"-@login_required\n"
    file = marked(
        FileChange(gone.status, b"a.py", b"a.py", gone.modes, gone.oids, False, 0, 1, (Hunk(1, 1, 0, 0, body),), FileClass.SOURCE),
        auth="@login",
    )
    assert [0] == [mark.line for mark in file.marks]


def test_a_domain_of_the_path_needs_no_mark() -> None:
    file = marked(change(b"+import hmac\n", domains=("crypto",)), crypto="hmac", auth="import")
    assert (("auth", "crypto"), ["auth"]) == (file.domains, [mark.domain for mark in file.marks])


def test_a_file_with_very_many_marks_lies_in_the_domain_as_a_whole() -> None:
    file = marked(change(b"+hmac\n" * (MOST + 1)), crypto="hmac")
    assert (("crypto",), ()) == (file.domains, file.marks)


def test_policies_without_marks_leave_the_diff_as_it_is() -> None:
    diff = Diff((change(b"+import hmac\n"),))
    assert diff is mark_domains(diff, {"crypto": Domain(("crypto/",))})


@pytest.mark.parametrize("kind", [FileClass.DOCS, FileClass.TEST, FileClass.TEST_SUPPORT, FileClass.GENERATED, FileClass.LOCK])
def test_only_what_runs_or_sets_up_what_runs_is_read(kind: FileClass) -> None:
    assert () == marked(change(b"+import hmac\n", file_class=kind), crypto="hmac").domains


def test_a_file_whose_lines_are_missing_has_no_marks() -> None:
    whole = change(b"+import hmac\n")
    missing = Missing(Why.OVER_LIMIT, "a line is too long", "Read it.")
    file = FileChange(whole.status, b"a.py", b"a.py", whole.modes, whole.oids, False, 1, 0, missing, FileClass.SOURCE)
    assert file == marked(file, crypto="hmac")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "# import hmac"),
        ("a.ts", "/* import hmac */"),
        ("a.sql", "-- import hmac"),
        ("a.yml", "  # import hmac"),
        ("a.html", "<!-- import hmac -->"),
    ],
)
def test_a_comment_is_no_mark(path: str, line: str) -> None:
    assert () == marked(change(f"+{line}\n".encode(), path.encode()), crypto="import hmac").domains


def test_what_a_mark_shows_is_short_and_has_no_credential() -> None:
    token = "ghp_" + "a1B2" * 9
    file = marked(change(f"+key = '{token}'\n+x = '{'y ' * 60}'\n".encode()), secrets=rf"{token}|'y .*")
    assert ["ghp_…", "'" + "y " * 23 + "y…"] == [mark.text for mark in file.marks]


RISKY = {
    "auth": [
        ("src/Orders.java", "  @PreAuthorize(\"hasRole('CLERK')\")"),
        ("app/views.py", "@login_required"),
        ("app/views.py", "    permission_classes = [AllowAny]"),
        ("Api/Orders.cs", "    [AllowAnonymous]"),
        ("app/base.rb", "  skip_before_action :verify_token"),
        ("src/a.ts", "const claims = jwt.verify(token, key);"),
        ("src/a.py", "db.run('grant select, insert on orders to reporting')"),
        ("db/init.sql", "GRANT ALL PRIVILEGES ON DATABASE shop TO clerk;"),
        ("db/init.sql", "REVOKE auditors FROM bo;"),
        ("db/init.sql", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;"),
        ("db/init.sql", "create policy own_rows on orders using (owner = user);"),
        ("db/init.sql", "LANGUAGE sql SECURITY DEFINER AS $$"),
    ],
    "ci": [
        ("templates/workflow.yml", "permissions: write-all"),
        ("src/template.py", "  contents: write"),
        ("templates/workflow.yml", "  id-token: write # for the release"),
        ("templates/workflow.yml", "  pull_request_target:"),
    ],
    "crypto": [
        ("src/a.py", "from cryptography.fernet import Fernet"),
        ("src/a.py", "    import hmac"),
        ("src/a.ts", "import { createHmac, timingSafeEqual } from 'node:crypto';"),
        ("src/a.ts", "await crypto.subtle.digest('SHA-256', data);"),
        ("src/a.go", '\t"crypto/aes"'),
        ("src/A.java", "import javax.crypto.Cipher;"),
        ("src/A.cs", "using var aes = Aes.Create();"),
        ("src/a.rs", "use hmac::{Hmac, Mac};"),
        ("src/a.php", "$c = openssl_encrypt($text, 'aes-256-gcm', $key);"),
        ("src/a.py", "requests.get(url, verify=False)"),
        ("src/a.go", "cfg := &tls.Config{InsecureSkipVerify: true}"),
    ],
    "infra": [
        ("net.json", '"CidrIp": "0.0.0.0/0"'),
        ("src/stack.ts", "cidr_blocks: ['0.0.0.0/0'],"),
        ("src/bucket.py", "s3.put_object_acl(ACL='public-read')"),
        ("site.hcl", "  block_public_acls = false"),
        ("src/bucket.py", 'binding = {"members": ["allUsers"]}'),
        ("pod.yml", "      privileged: true"),
        ("run.sh", "docker run --rm --privileged image"),
    ],
    "migrations": [
        ("src/store.go", 'var up = "ALTER TABLE orders ADD COLUMN tax int"'),
        ("src/store.py", "run(f'drop table {name}')"),
        ("src/store.py", "    op.drop_column('orders', 'tax')"),
    ],
    "payments": [
        ("src/till.py", "import stripe"),
        ("src/till.ts", 'import Stripe from "stripe";'),
        ("src/till.go", '\t"github.com/stripe/stripe-go/v76"'),
        ("src/till.rb", "Stripe::Refund.create(charge: id)"),
        ("src/till.py", "stripe.PaymentIntent.create(amount=1)"),
    ],
    "performance": [
        ("src/sum.c", "__m256 s = _mm256_add_ps(a, b);"),
        ("src/sum.c", "#include <immintrin.h>"),
        ("src/sum.rs", "use std::arch::x86_64::*;"),
        ("src/sum.py", "@triton.jit"),
    ],
    "secrets": [("src/seed.rb", "KEY = '-----BEGIN RSA PRIVATE KEY-----'")],
}
ORDINARY = [
    ("src/a.py", "grant = seats - taken"),
    ("src/a.ts", "export const hint = 'we grant all customers access on request';"),
    ("src/a.ts", "const revoke = () => onRevoke();"),
    ("src/a.py", "raise Forbidden('grant access to somebody else on the page')"),
    ("src/a.ts", "import { randomUUID } from 'node:crypto';"),
    ("src/a.py", "from cryptic import hint"),
    ("src/a.py", "important = [hmac_free]"),
    ("src/a.go", '\t"crypto/sha256"'),
    ("src/A.cs", "using System.Security.Cryptography;"),
    ("src/a.py", "verified = False"),
    ("src/a.py", "print('the table was dropped, alter it by hand')"),
    ("src/a.py", "drop(table, column)"),
    ("src/a.rb", "skip_before_action :set_locale"),
    ("src/a.ts", "const permissions = { contents: 'write' };"),
    ("src/a.yml", "contents: read"),
    ("src/a.ts", "const bind = '0.0.0.0';"),
    ("src/a.yml", "privileged: false"),
    ("src/a.ts", "// stripe.charges.create() runs elsewhere"),
    ("src/a.ts", "const stripes = stripe.width * 2;"),
    ("src/a.py", "performance = reviews.mean()"),
    ("src/a.py", "migrate = True"),
    ("src/a.py", "token = tokens[0]"),
    ("src/a.py", "author = authors['auth']"),
]


@pytest.mark.parametrize(("domain", "path", "line"), [(domain, *row) for domain, rows in RISKY.items() for row in rows])
def test_the_packs_marks_find_what_is_high_risk(domain: str, path: str, line: str) -> None:
    assert domain in found(line, path)


@pytest.mark.parametrize(("path", "line"), ORDINARY)
def test_the_packs_marks_leave_ordinary_lines_alone(path: str, line: str) -> None:
    assert [] == found(line, path)


@pytest.mark.parametrize(
    "line",
    [
        b"# read this\rimport hmac",
        b"a = 1\rimport hmac",
        b"// read this\xe2\x80\xa8import hmac",
        b"// read this\xe2\x80\xa9import hmac",
        b"\xef\xbb\xbfimport hmac",
    ],
)
def test_a_mark_behind_what_ends_a_line_for_the_language_and_not_for_git_counts(line: bytes) -> None:
    path = b"src/a.js" if line.startswith(b"//") else b"src/a.py"
    assert ("crypto",) == marked(change(b"+" + line + b"\n", path), crypto="^import hmac$").domains
    assert () == marked(change(b"+# import hmac\r# import hmac\n"), crypto="import hmac").domains


@pytest.mark.parametrize(
    "line",
    [
        "import os, hmac",
        "import os as system, hmac as h",
        "import os; import hmac",
        "if keyed: from cryptography import x509",
        "h = __import__('hmac')",
        'importlib.import_module("cryptography.fernet")',
    ],
)
def test_an_import_of_crypto_counts_wherever_in_a_line_it_stands(line: str) -> None:
    assert ["crypto"] == found(line)


@pytest.mark.parametrize("line", ["import os, hmac_tools", "import os", "from os import hmac_path", "load('hmac')"])
def test_what_only_has_a_name_like_crypto_is_no_import_of_it(line: str) -> None:
    assert [] == found(line)
