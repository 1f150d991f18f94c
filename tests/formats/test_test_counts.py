"""Tests and assertions that count, and everything that looks like one and does not."""

from __future__ import annotations

import pytest

from prgate.formats.tests import count_tests, has_reader
from prgate.model.tests import TestCount

PYTHON, SCRIPT, GO = "test_a.py", "a.test.ts", "a_test.go"
EXPECT = "expect(pay(1)).toBe(2)"


def counted(path: str, text: str | bytes) -> tuple[int, int]:
    found = count_tests(path.encode(), text.encode() if isinstance(text, str) else text)
    assert found is not None, path
    return found[1].definitions, found[1].assertions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def test_a(): pass",
        "def test_a():\n    '''Says much.'''\n    ...\n",
        "def test_a():\n    x = 1\n",
        "def test_a():\n    print('x')\n",
        "def test_a():\n    return\n    assert pay() == 1\n",
        "def test_a():\n    raise SkipTest\n    assert pay() == 1\n",
        "# def test_a(): assert pay() == 1",
        '"""\ndef test_a():\n    assert pay() == 1\n"""',
        "x = '''\\'''\ndef test_a():\n    assert pay() == 1\n'''",
        "if False:\n    def test_a():\n        assert pay() == 1\n",
        "if TYPE_CHECKING:\n    def test_a():\n        assert pay() == 1\n",
        "if __name__ == '__main__':\n    def test_a():\n        assert pay() == 1\n",
        "def outer():\n    def test_a():\n        assert pay() == 1\n",
        "class Plain:\n    def test_a(self):\n        assert pay() == 1\n",
        "class Plain(object):\n    def test_a(self):\n        assert pay() == 1\n",
        "class TestA:\n    __test__ = False\n    def test_a(self):\n        assert pay() == 1\n",
        "class TestA:\n    pytestmark = pytest.mark.skip\n    def test_a(self):\n        assert pay() == 1\n",
        "class TestA:\n    assert pay() == 1\n",
        "@pytest.mark.skip(reason='x')\ndef test_a():\n    assert pay() == 1\n",
        "@unittest.skip('x')\nclass TestA:\n    class TestB:\n        def test_a(self):\n            assert pay() == 1\n",
        "@pytest.mark.skipif(True, reason=x)\ndef test_a():\n    assert pay() == 1\n",
        "@pytest.mark.xfail\ndef test_a():\n    assert pay() == 1\n",
        "@pytest.mark.xfail(reason='x')\ndef test_a():\n    assert pay() == 1\n",
        "pytestmark = [pytest.mark.skip(reason='x')]\ndef test_a():\n    assert pay() == 1\n",
        "pytest.skip('x', allow_module_level=True)\ndef test_a():\n    assert pay() == 1\n",
        "def test_a():\n    pytest.skip('x')\n    assert pay() == 1\n",
        "def test_a(self):\n    self.skipTest('x')\n    assert pay() == 1\n",
        "def check():\n    assert pay() == 1\n",
        "@pytest.mark.parametrize('a', [])\ndef test_a(a):\n    pass\n",
        "@pytest.mark.parametrize('a', [pytest.param(1, marks=pytest.mark.skip)])\ndef test_a(a):\n    pay(a)\n",
    ],
)
def test_python_that_tests_nothing_counts_nothing(text: str) -> None:
    assert counted(PYTHON, text) == (0, 0)


@pytest.mark.parametrize(
    "line",
    [
        "assert True",
        "assert 1 == 1",
        "assert 'a' != 'b', 'said'",
        "assert not False, pay()",
        "assert x == x",
        "assert x is  x",
        "assert len('abc') == 3",
        "assert pay() or True",
        "assert True or pay()",
        "assert lambda: pay()",
        "assert",
        "self.assertTrue(True)",
        "self.assertEqual(1, 1)",
        "self.assertEqual(x, x)",
        "assert_that()",
        "fail('x')",
        "other.raises(ValueError)",
        "def assert_it(): pass",
    ],
)
def test_an_assertion_that_nothing_can_change_counts_nothing(line: str) -> None:
    assert counted(PYTHON, f"class TestA(TestCase):\n    def test_a(self):\n        x = 1\n        {line}\n        pay()\n") == (1, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_a(): assert pay() == 1", (1, 1)),
        ("def test_imports():\n    import pay\n", (1, 0)),
        ("def test_a():\n    pay()\n", (1, 0)),
        ("def test_a():\r\n    assert pay() == 1\r\n", (1, 1)),
        ("\ufeffdef test_a():\n\tassert pay() == 1\n", (1, 1)),
        ("async def test_a(x: dict[str, int] = {1: 2}) -> None: assert await pay()", (1, 1)),
        ("def test_a():\n    assert (pay()  # one\n            == \\\n            1)\n", (1, 1)),
        ("def test_a():\n    assert f'{pay()}' == 'a'\n", (1, 1)),
        ("def test_a():\n    assert pay(rb'a\\'b') == '#'; assert pay('x')\n", (1, 2)),
        ("def test_a():\n    if False:\n        assert pay()\n    else:\n        assert pay(1)\n", (1, 1)),
        ("def test_a():\n    if x:\n        return\n    assert pay()\n", (1, 1)),
        ("def test_a():\n    if x:\n        pytest.skip('x')\n    assert pay()\n", (1, 1)),
        ("def test_a():\n    def inner():\n        return 1\n    assert pay(inner)\n", (1, 1)),
        ("def test_a():\n    with pytest.raises(ValueError):\n        pay()\n", (1, 1)),
        ("def test_a():\n    with raises(ValueError): pay()\n", (1, 1)),
        ("def test_a(mock):\n    mock.assert_called_once()\n", (1, 1)),
        ("def test_a(page):\n    expect(page).to_have_title('x')\n", (1, 1)),
        ("class A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(pay(), 2)\n        self.fail()\n", (1, 2)),
        ("class A(TestCase):\n    def setUp(self):\n        self.assertTrue(pay())\n    def test_a(self): self.pay()\n", (1, 1)),
        ("def check():\n    assert pay() == 1\ndef test_a():\n    check()\n", (1, 1)),
        ("assert pay() == 1\n", (0, 1)),
        ("@pytest.mark.skipif(os.name == 'nt', reason='x')\ndef test_a():\n    assert pay()\n", (1, 1)),
        ("@pytest.mark.xfail(strict=True)\ndef test_a():\n    assert pay()\n", (1, 1)),
        ("@pytest.mark.xfail(condition=x)\ndef test_a():\n    assert pay()\n", (1, 1)),
        ("@pytest.mark.parametrize('a,b', [(1, 2), (2, 3), (2, 3),])\ndef test_a(a, b):\n    assert pay(a) == b\n", (2, 1)),
        ("@pytest.mark.parametrize(argnames='a', argvalues=(1, 2))\ndef test_a(a):\n    assert pay(a)\n", (2, 1)),
        (
            "@pytest.mark.parametrize('a', [1, 2])\n@pytest.mark.parametrize('b', [1, 2, 3])\ndef test_a(a, b):\n    assert pay(a, b)\n",
            (6, 1),
        ),
        ("@pytest.mark.parametrize('a', [1, 2])\nclass TestA:\n    def test_a(self, a):\n        assert pay(a)\n", (2, 1)),
        (
            "CASES = [\n    (1, 2),\n    (2, 3),\n]\n@pytest.mark.parametrize('a,b', CASES)\ndef test_a(a, b):\n    assert pay(a) == b\n",
            (2, 1),
        ),
        ("@pytest.mark.parametrize('a', cases())\ndef test_a(a):\n    assert pay(a)\n", (1, 1)),
        ("@pytest.mark.parametrize('a')\ndef test_a(a):\n    assert pay(a)\n", (1, 1)),
        ("@pytest.mark.parametrize('a', [x for x in y])\ndef test_a(a):\n    assert pay(a)\n", (1, 1)),
        ("@parameterized.expand([(1,), (2,)])\ndef test_a(a):\n    assert pay(a)\n", (2, 1)),
        ("@ddt.data(1, 2)\ndef test_a(a):\n    assert pay(a)\n", (2, 1)),
        ("@data([1])\ndef test_a(a):\n    assert pay(a)\n", (1, 1)),
        ("def test_a():\n    assert pay('a')\ndef test_b():\n    assert pay(b'a')\ndef test_c():\n    assert pay('c')\n", (3, 3)),
        ("class TestA:\n    def test_a(self):\n        assert pay()\nclass TestB:\n    def test_a(self):\n        assert pay()\n", (2, 2)),
        (
            "class TestA:\n    class TestB:\n        def test_a(self):\n            assert pay()\n    def test_b(self):\n        assert pay()\n",
            (2, 2),
        ),
        ("def test_a():\n    assert (pay()\n", (1, 1)),
        ("def test_a", (0, 0)),
        ("def test_a():\n    x = 1; pay()\n", (1, 0)),
        ("x = '\ndef test_a():\n    assert pay()\n", (1, 1)),
        ("x = a\\b\ndef test_a():\n    assert pay()\n", (1, 1)),
    ],
)
def test_python_tests_and_assertions_count(text: str, expected: tuple[int, int]) -> None:
    assert counted(PYTHON, text) == expected


def test_a_python_test_copied_under_another_name_or_defined_again_counts_once() -> None:
    one = "def test_a():\n    assert pay() == 1\n"
    assert counted(PYTHON, one + one) == (1, 1)
    assert counted(PYTHON, one + one.replace("test_a", "test_b")) == (1, 1)
    assert counted(PYTHON, one + "@pytest.mark.skip\n" + one) == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "it('a', () => {})",
        "it('a', () => { console.log('x') })",
        "it('a')",
        "it('a', 3)",
        f"it.todo('a', () => {{ {EXPECT} }})",
        f"it.skip('a', () => {{ {EXPECT} }})",
        f"xit('a', () => {{ {EXPECT} }})",
        f"describe.skip('d', () => {{ describe('e', () => {{ it('a', () => {{ {EXPECT} }}) }}) }})",
        f"xdescribe('d', () => {{ it('a', () => {{ {EXPECT} }}) }})",
        f"it('a', {{ skip: true }}, () => {{ {EXPECT} }})",
        f"it('a', {{ todo: 'later' }}, () => {{ {EXPECT} }})",
        f"Deno.test({{ name: 'a', ignore: true, fn() {{ {EXPECT} }} }})",
        f"it('a', () => {{ test.skip(); {EXPECT} }})",
        f"it('a', function () {{ this.skip(); {EXPECT} }})",
        f"it('a', async (t) => {{ return; {EXPECT} }})",
        f"it.skipIf(true)('a', () => {{ {EXPECT} }})",
        f"it.each([])('a', () => {{ {EXPECT} }})",
        f"it.each()('a', () => {{ {EXPECT} }})",
        f"// it('a', () => {{ {EXPECT} }})",
        f"/* it('a', () => {{ {EXPECT} }}) */",
        f"/* a\n it('a', () => {{ {EXPECT} }})",
        f"const text = `it('a', () => {{ ${{x}} {EXPECT} }})`",
        f"const text = `${{`${{'}}' + \"`\"}}`}} // ${{ {{}} /* ` */ }} it('a', () => {{ {EXPECT} }})`",
        f"const text = `\\` it('a', () => {{ {EXPECT} }})",
        f"if (false) {{ it('a', () => {{ {EXPECT} }}) }}",
        "it('a', () => { expect(true).toBe(true); expect(1 + 1).toEqual(2); expect({a: 1}).toEqual({ a: 1 }) })",
        "it('a', () => { assert(true); assert.ok(1); assert.equal(1, 1); assertEquals(x, x); t.is(1, 1); should(1) })",
        f"function check() {{ {EXPECT} }}",
        f"const check = async (x: number): Promise<void> => {{ {EXPECT} }}",
        "function it(a, b) { pay(() => 1) }",
        "pattern.test(text, () => pay())",
        "test.describe.configure({ mode: 'parallel' })",
        "test.use({ x: () => pay() })",
        "it.each",
        "function check<T",
        "function assertPaid(x) { return x }",
        "class A { assertPaid(x) { return x } }",
    ],
)
def test_a_script_that_tests_nothing_counts_nothing(text: str) -> None:
    assert counted(SCRIPT, text) == (0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"it('a', () => {{ {EXPECT} }})", (1, 1)),
        (f"test.only('a', async function () {{ {EXPECT} }})", (1, 1)),
        ("it('a', async () => { await import('./pay') })", (1, 0)),
        ("it('a', checkPay)", (1, 0)),
        ("it('a', sameAs(3))", (1, 0)),
        (f"test(() => {{ {EXPECT} }})", (1, 1)),
        (f"it('a', {{ skip: x }}, () => {{ {EXPECT} }})", (1, 1)),
        (f"it.skipIf(process.env.CI)('a', () => {{ {EXPECT} }})", (1, 1)),
        (f"it('a', () => {{ if (x) {{ return }} {EXPECT} }})", (1, 1)),
        ("Deno.test({ name: 'a', fn() { assertEquals(pay(), 1) } })", (1, 1)),
        ("Deno.test('a', () => { assertEquals(pay(), 1) })", (1, 1)),
        ("QUnit.test('a', function (assert) { assert.equal(pay(), 1) })", (1, 1)),
        ("test('a', t => { t.is(pay(), 1); t.pass() })", (1, 1)),
        ("test('a', async t => { await t.test('b', () => { t.assert.equal(pay(), 1) }) })", (2, 1)),
        ("it('a', () => request(app).get('/').expect(200))", (1, 1)),
        ("it('a', () => { pay(1).should.equal(2); cy.get('x').should('be.visible') })", (1, 2)),
        ("it('a', () => { should(pay(1)).equal(2) })", (1, 0)),
        ("it('a', () => { expect(pay()).to.be.true; expect.soft(pay()).not.toBe(1) })", (1, 2)),
        ("it('a', () => { expect(pay(1)) })", (1, 0)),
        ("it('a', () => { expect.assertions(1); pay() })", (1, 0)),
        ("it('a', async () => { await expect(pay()).rejects.toThrow('x') })", (1, 1)),
        ("it('a', () => { expect(`x ${pay({ a: `}` })}`).toBe('x') })", (1, 1)),
        (f"it('a', () => {{ const r = /'[/`]\\//g; {EXPECT} }})", (1, 1)),
        (f"it('a', () => {{ const r = a / b, s = '/'; return /[/ + 1; {EXPECT} }})", (1, 1)),
        (f"it('a', () => {{ const r = a\n          / b / 'c'; {EXPECT} }})", (1, 1)),
        (f"it('a', () => {{ const r = [/[a; // x\n {EXPECT} ] }})", (1, 1)),
        (f"it('a', () => {{ render(<p>Don't {{x}} <br /></p>)\n {EXPECT} }})", (1, 1)),
        (f"describe('d', () => {{ beforeEach(() => {{ {EXPECT} }}); it('a', () => {{ {EXPECT} }}); it('b', () => pay()) }})", (2, 2)),
        ("test.describe('d', () => { test('a', async ({ page }) => { await expect(page.locator('x')).toBeVisible() }) })", (1, 1)),
        (f"const x = `${{ // ` }}\n y }}`\nit('a', () => {{ {EXPECT} }})", (1, 1)),
        (f"it.each([[1, 2], [2, 3], [2, 3]])('a', (a) => {{ {EXPECT} }})", (2, 1)),
        (f"const cases: Case[] = [1, 2]\ntest.each<[number]>(cases)('a', (a) => {{ {EXPECT} }})", (2, 1)),
        (f"it.each(cases())('a', (a) => {{ {EXPECT} }})", (1, 1)),
        (f"it.each`a | b\n${{1}} | ${{2}}\n\n${{3}} | ${{4}}\n`('a', ({{ a }}) => {{ {EXPECT} }})", (2, 1)),
        (f"describe.each([1, 2])('d', () => {{ it.each([1, 2])('a', () => {{ {EXPECT} }}) }})", (4, 1)),
        (f"function check() {{ {EXPECT} }}\nit('a', () => check())", (1, 1)),
        (f"const check = async (x: number): Promise<void> => {{ {EXPECT} }}\nit('a', () => check())", (1, 1)),
        ("function check<T\nit('a', () => check())", (1, 0)),
        (f"it('a', () => {{ {EXPECT} }}); describe('d', () => {{ it('a', () => {{ {EXPECT} }}) }})", (2, 2)),
        (f"it('a', fn ({{ {EXPECT} }}))", (1, 1)),
        (f"it('a', {EXPECT}, function ", (1, 1)),
    ],
)
def test_script_tests_and_assertions_count(text: str, expected: tuple[int, int]) -> None:
    assert counted(SCRIPT, text) == expected


def test_a_script_test_copied_under_another_title_counts_once_in_its_suite() -> None:
    one = f"it('a', () => {{ {EXPECT} }});"
    assert counted(SCRIPT, one + one.replace("'a'", "'b'")) == (1, 1)
    assert counted(SCRIPT, one + one.replace("'a'", "`b ${c}`")) == (1, 1)
    assert counted(SCRIPT, one + one.replace("pay(1)", "pay(3)")) == (2, 2)


def go(body: str, name: str = "TestPay(t *testing.T)") -> str:
    return f"package pay\n\nfunc {name} {{\n{body}\n}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "package pay\n",
        go(""),
        go("\tt.Log(1)"),
        go('\tt.Skip("x")\n\tt.Error(pay())'),
        go("\treturn\n\tt.Error(pay())"),
        go("\tif false {\n\t\tt.Error(pay())\n\t}"),
        go("\tassert.True(t, true)\n\tassert.Equal(t, 1, 1)\n\tassert.Equal(t, x, x)"),
        go("t.Error(pay())", "Testify(t *testing.T)"),
        go("t.Error(pay())", "check(t *testing.T)"),
        go("pay()", "TestMain(m *testing.M)"),
        go("pay()", "BenchmarkPay(b *testing.B)"),
        go("pay()", "ExamplePay()"),
        "func TestPay(t *testing.T)",
        "// " + go("t.Error(pay())").replace("\n", " "),
        "/*\n" + go("t.Error(pay())"),
        "var text = `\n" + go("t.Error(pay())") + "`\n",
        "//go:build ignore\n\n" + go("t.Error(pay())"),
        "// +build ignore\n\n" + go("t.Error(pay())"),
        'var _ = Describe("a", func() {\n\tPIt("b", func() { Expect(pay()).To(Equal(1)) })\n\tIt("c")\n})',
        'var _ = XDescribe("a", func() {\n\tIt("b", func() { Expect(pay()).To(Equal(1)) })\n})',
    ],
)
def test_go_that_tests_nothing_counts_nothing(text: str) -> None:
    assert counted(GO, text) == (0, 0)


TABLE = '\ttests := []struct {\n\t\tname string\n\t}{\n\t\t{name: "a"},\n\t\t{"b"},\n\t\t{"b"},\n\t}\n'
LOOP = "\tfor _, tt := range tests {\n\t\tt.Run(tt.name, func(t *testing.T) {\n\t\t\tif pay(tt.name) { t.Errorf(tt.name) }\n\t\t})\n\t}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (go("\tif pay() != 1 {\n\t\tt.Errorf(`x`)\n\t}"), (1, 1)),
        (go("\tpay()"), (1, 0)),
        ("//go:build integration\n\n" + go("t.Error(pay())"), (1, 1)),
        (go("\tif testing.Short() {\n\t\tt.Skip()\n\t}\n\tq := '\\''\n\tt.Fatal(pay(q)) // a\n\t/* b */\n\t/* c\n */"), (1, 1)),
        (go("\tassert.Equal(t, 1, pay())\n\trequire.NoError(t, err)\n\ts.Require().Equal(1, pay())"), (1, 3)),
        (go("\tis := is.New(t)\n\tis.Equal(pay(), 1)\n\tother.Equal(pay(), 1)"), (1, 1)),
        (go("\tg.Expect(pay()).To(Equal(1))\n\tExpect(pay())\n\tExpect(true).To(BeTrue())"), (1, 1)),
        (go("\ts.Equal(1, s.pay())", "(s *Suite) TestPay()"), (1, 1)),
        (go("\tsuite.Run(t, new(Suite))"), (0, 0)),
        (go("\tf.Fuzz(func(t *testing.T, a int) { if pay(a) { t.Fatal(a) } })", "FuzzPay(f *testing.F)"), (1, 1)),
        (go("\tfmt.Println(pay())\n\t// Output: 1", "ExamplePay()"), (1, 0)),
        (go("\tt.Fatal(pay())", "check(t testing.TB)") + go("\tcheck(t)")[13:], (1, 1)),
        (go('\tt.Run("a", func(t *testing.T) { t.Error(pay(1)) })\n\tt.Run("b", func(t *testing.T) { t.Error(pay(2)) })'), (2, 2)),
        (go(TABLE + LOOP), (2, 1)),
        (go("\twant := []pair{{1, 2}, {3, 4}}\n\tassert.Equal(t, want, pay())"), (1, 1)),
        (
            go(
                '\tfor name, tt := range map[string]struct{ a int }{\n"a": {1},\n"b": {2},\n} {\n\t\tt.Run(name, func(t *testing.T) { t.Error(tt) })\n\t}'
            ),
            (2, 1),
        ),
        ("package pay\n\nvar tests = []pair{{1, 2}, {3, 4}, {5, 6}}\n" + go(LOOP)[13:], (3, 1)),
        ("package pay\n\nvar tests = []struct{ a int }\n" + go("x(tests)")[13:], (1, 0)),
        (go("\tfor _, name := range names {\n\t\tt.Error(pay(name))\n\t}"), (1, 1)),
        ("package pay\n\nvar all = range []pair{{1, 2}}\nvar other = range tests\n", (0, 0)),
        ('var _ = Describe("a", func() {\n\tIt("b", func() { Expect(pay()).To(Equal(1)) })\n\tIt("c", func() { pay(2) })\n})', (2, 1)),
        ('var _ = DescribeTable("a", check,\n\tEntry("b", 1),\n\tEntry("c", 2),\n)', (2, 0)),
        ('package pay\n\nvar done = t.Run("a", check)\n', (0, 0)),
        (go("\tassert.Fail(t)\n\tpay()"), (1, 1)),
    ],
)
def test_go_tests_and_assertions_count(text: str, expected: tuple[int, int]) -> None:
    assert counted(GO, text) == expected


def test_a_go_test_copied_under_another_name_counts_once() -> None:
    one = go("\tt.Error(pay())")
    assert counted(GO, one + one.replace("TestPay", "TestPayAgain")) == (1, 1)


@pytest.mark.parametrize("path", ["a.rb", "a.txt", "Makefile", "a.sql", "", "a_test.exs"])
def test_a_language_without_a_reader_has_no_count(path: str) -> None:
    assert (count_tests(path.encode(), b"assert x"), has_reader(path.encode())) == (None, False)


@pytest.mark.parametrize(
    ("path", "language"),
    [("a.py", "python"), ("a.mjs", "javascript"), ("a.tsx", "typescript"), ("a.vue", "vue"), ("a.svelte", "svelte"), ("a.go", "go")],
)
def test_a_language_with_a_reader_names_it(path: str, language: str) -> None:
    assert (count_tests(path.encode(), b""), has_reader(path.encode())) == ((language, TestCount(0, 0)), True)
