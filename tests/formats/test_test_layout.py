"""Where the tests of a source file lie by convention."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.formats.tests import MOST_CANDIDATES, candidates, has_reader


@given(st.binary())
@settings(deadline=None)
def test_any_path_has_bounded_candidates_and_is_none_of_them(path: bytes) -> None:
    for each in (path, path + b".py", path + b".ts", path + b".go"):
        found = candidates(each)
        assert len(set(found)) == len(found) <= MOST_CANDIDATES
        assert each not in found
        has_reader(each)


@pytest.mark.parametrize("path", ["a.rb", "README.md", ""])
def test_a_language_without_conventions_has_no_candidates(path: str) -> None:
    assert candidates(path.encode()) == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pay.py", ["test_pay.py", "pay_test.py", "tests/test_pay.py"]),
        (
            "shop/pay.py",
            ["shop/test_pay.py", "shop/tests/test_pay.py", "tests/test_pay.py", "tests/shop/test_pay.py", "tests/unit/shop/test_pay.py"],
        ),
        ("src/shop/cart/pay.py", ["tests/cart/test_pay.py", "tests/shop/cart/test_pay.py", "tests/test_pay.py", "tests/test_cart_pay.py"]),
        ("packages/shop/src/shop/pay.py", ["packages/shop/tests/test_pay.py", "packages/shop/tests/shop/test_pay.py"]),
        ("shop/_pay.py", ["tests/test_pay.py"]),
        ("shop/cart/__init__.py", ["tests/test_cart.py", "shop/cart/test_cart.py"]),
        (
            "src/pay.ts",
            [
                "src/pay.test.ts",
                "src/pay.spec.tsx",
                "src/__tests__/pay.test.js",
                "src/__tests__/pay.ts",
                "tests/pay.test.ts",
                "test/pay.test.ts",
            ],
        ),
        ("web/src/cart/Pay.jsx", ["web/src/cart/Pay.test.jsx", "web/tests/cart/Pay.test.jsx"]),
        ("src/Pay.vue", ["src/Pay.spec.ts", "src/__tests__/Pay.test.ts"]),
        ("src/cart/index.ts", ["src/cart/index.test.ts", "src/cart/cart.test.ts", "tests/cart.test.ts"]),
        ("pay/pay.go", ["pay/pay_test.go"]),
    ],
)
def test_conventions_name_the_test_files_of_a_source_file(path: str, expected: list[str]) -> None:
    found = [each.decode() for each in candidates(path.encode())]
    assert [each for each in expected if each not in found] == []
