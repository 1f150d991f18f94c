"""What a shell command runs, names and may write is read from its words alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from prgate.formats.shell import read_command
from prgate.model.trace import Writes

NOTHING, NAMED, ANYWHERE = Writes.NOTHING, Writes.NAMED, Writes.ANYWHERE


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# only a remark",
        "ls -la src && cat README.md | head -20; pwd",
        "rg -n 'def main' src --glob '!build'",
        "git log --oneline -5 && git diff HEAD~1 -- src/pay.py && git status --short",
        'git add -A && git commit -m "Pay\n\nIn two parts" && git push --force-with-lease',
        "git checkout -b pay && git switch -c pay2 && git restore --staged src/pay.py && git reset HEAD~1",
        "git stash list; git submodule status; git merge --abort; git apply --check fix.patch; git --no-pager",
        "sed -n '10,20p' src/pay.py",
        "awk -F: '{print $1}' users.txt",
        "curl -sS https://example.com/health | jq '.ok'",
        "wget -qO - https://example.com/health",
        "tar -tf a.tgz && unzip -l a.zip",
        "go build ./... && go vet ./... && cargo check && npx tsc --noEmit && mypy src && npm run lint && npm run lint:css && make lint",
        "npm ci && pip install -e . && uv pip install x && terraform plan",
        "gofmt -l . && black --check . && ruff check src && prettier --check .",
        "python --version && node -v && anything --help && python -m json.tool data.json",
        """python3 -c 'import json, sys; print(json.load(sys.stdin)["a"])'""",
        "python3 - <<'PY'\nimport ast\nprint(ast.dump(ast.parse(open('a.py').read())))\nPY".replace("ast.dump", "len"),
        "kubectl get pods && docker ps && gh pr view 4 && aws s3 ls",
        "mkdir -p out 2>/dev/null; grep -q x y >/dev/null 2>&1",
        "patch --dry-run -p1 fix.patch; make -n all",
        "cd src",
        'echo `ls "x`y"`',
        "command -v make; node --check a.js",
        "pytest --collect-only",
        "f() { ls; }; f",
        "Get-ChildItem -Recurse | Select-String 'pay'",
    ],
)
def test_what_only_looks_writes_nothing(line: str) -> None:
    assert read_command(line).writes is NOTHING


@pytest.mark.parametrize(
    "line",
    [
        "make",
        "make build",
        "./scripts/release",
        "python tools/generate.py",
        """python -c "open('a.py', 'w').write('x')" """,
        "python -c 'import shop; shop.rebuild()'",
        "python - < script.py",
        "bash build.sh",
        "$TOOL --fix",
        "no-such-tool --verbose",
        "git checkout main",
        "git merge main",
        "git rebase main",
        "git cherry-pick abc",
        "git stash pop",
        "git stash",
        "git pull",
        "git reset --hard",
        "git restore .",
        "git apply fix.patch",
        "gh pr checkout 4",
        "black .",
        "ruff check --fix",
        "prettier --write 'src/**/*.ts'",
        "cargo fmt",
        "npx eslint --fix src/",
        "sed -i s/a/b/ src/*.py",
        "find . -name '*.py' | xargs sed -i s/a/b/",
        "find . -exec rm {} +",
        'grep -rl old src | while read -r f; do sed -i s/old/new/ "$f"; done',
        "cp -r templates/a src",
        "cp one",
        "echo x > $FILE",
        "pytest --snapshot-update",
        "jest -u",
        "tsc",
        "curl -O https://example.com/a.py",
        "wget https://example.com/a.py",
        "tar xzf a.tgz",
        "awk '{print > \"out.txt\"}' a.txt",
        "perl -pi script.pl",
        "patch < fix.patch",
        "dotnet add package X",
        "npm run generate",
        "npm run lint:fix",
        "git format-everything",
        "bash -c 'make'",
        "eval make",
        "cmd /c build.bat",
        "sudo -u root make",
        "(cd a; make)",
        "echo `make`",
        'echo "$(make)"',
        'echo "`make`"',
        "diff <(make) b",
        "x=$(make)",
        "if make; then :; fi",
        "case $1 in a|b) make;; esac",
        "source .venv/bin/activate && python tool.py",
    ],
)
def test_what_may_write_files_that_it_does_not_name_may_write_anywhere(line: str) -> None:
    assert read_command(line).writes is ANYWHERE


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("sed -i 's/a/b/' src/pay.py", ["src/pay.py"]),
        ("sed -i.bak -e s/a/b/ -e s/c/d/ one two", ["one", "two"]),
        ("gsed --in-place=.bak -f fix.sed one", ["one", "fix.sed"]),
        ("perl -pi -e 's/a/b/' src/pay.py", ["src/pay.py"]),
        ("touch LICENSE; rm -f -- -old.py", ["LICENSE", "-old.py"]),
        ("mv src/a.py src/b", ["src/a.py", "src/b", "src/b/a.py"]),
        ("cp a.py b.py -v", ["a.py", "b.py", "b.py/a.py"]),
        ("git mv a.py b.py && git rm c.py", ["a.py", "b.py", "c.py"]),
        ("git checkout -- src/pay.py", ["src/pay.py"]),
        ("git checkout --theirs go.mod", ["go.mod"]),
        ("git -C api restore pay.go", ["api/pay.go"]),
        ("make 2> build.log -n", ["build.log"]),
        ("ls > list.txt", ["list.txt"]),
        ("ls &> list.txt", ["list.txt"]),
        ("ls >& list.txt", ["list.txt"]),
        ("ls >| list.txt 2>&1", ["list.txt"]),
        ("black src/pay.py", ["src/pay.py"]),
        ("gofmt -w pay.go", ["pay.go"]),
        ("uv run ruff format src/pay.py", ["src/pay.py"]),
        ("npm install left-pad", ["package.json", "package-lock.json", "npm-shrinkwrap.json"]),
        ("yarn", ["package.json", "yarn.lock"]),
        ("go mod tidy", ["go.mod", "go.sum", "go.work", "go.work.sum"]),
        ("curl -o a.json https://example.com", ["a.json"]),
        ("wget -O a.json https://example.com", ["a.json"]),
        ("jq . a.json -o b.json", ["b.json", "a.json"]),
        ("dd if=/dev/zero of=big.bin", ["big.bin"]),
        ("patch src/pay.py fix.patch", ["src/pay.py", "fix.patch"]),
        ("apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: a.py\n+x = 1\n*** End Patch\nEOF", ["a.py"]),
        ("Set-Content -Path a.txt -Value hello", ["a.txt"]),
        ("New-Item b.txt", ["b.txt"]),
        ("Copy-Item a.txt -Destination b.txt", ["a.txt", "b.txt"]),
        ("echo x > $HOME/notes.md; echo y > ${TMPDIR}/x", ["~/notes.md", "/tmp/x"]),
        ('echo x > "$REPO/src/a.py"', ["src/a.py"]),
        ("cd web && touch a.ts && (cd api; touch b.ts; cd -; touch d.ts) && touch c.ts", ["web/a.ts", "web/api/b.ts", "d.ts", "web/c.ts"]),
        ("cd /repo && touch a.ts; cd ~ && touch b.ts; touch /abs.ts", ["/repo/a.ts", "~/b.ts", "/abs.ts"]),
        ("echo $(cd web && touch a.ts) > b", ["web/a.ts", "b"]),
        (r"cd C:\shop; Set-Content .\a.txt x", [r"C:\shop/.\a.txt"]),
    ],
)
def test_where_only_named_files_can_have_been_written_they_are_named(line: str, paths: list[str]) -> None:
    said = read_command(line)
    assert (said.writes, list(said.paths)) == (NAMED, paths)


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("cat src/pay.py 'with space.txt' LICENSE", ["src/pay.py", "with space.txt", "LICENSE"]),
        ("pytest tests/test_pay.py::test_one -k api/other", ["tests/test_pay.py", "api/other"]),
        ("git show HEAD~2:src/pay.py", ["src/pay.py"]),
        ("grep -n x src/pay.py < in.txt", ["src/pay.py", "in.txt"]),
        ("for f in a.py b.py; do cat $f; done", ["a.py", "b.py"]),
        ("echo src/pay.py; gh pr view https://example.com/a.py", []),
        ("go test ./... && ls . .. - --file=a.py @scope/x", []),
        ("python tools/gen.py --out src/pay.py", ["tools/gen.py", "src/pay.py"]),
        ("cat 'app/(shop)/[id]/page.tsx'", ["app/(shop)/[id]/page.tsx"]),
        ("cat " + "a" * 2000, []),
        ("cat 'a\nb'", []),
    ],
)
def test_files_are_named_and_nothing_else(line: str, paths: list[str]) -> None:
    assert list(read_command(line).paths) == paths


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("cat > a.py <<'EOF'\nx = '$1'\nEOF\nls", [("a.py", "x = '$1'\n")]),
        ("cat <<EOF >> a.sh\necho \\$HOME \\`x\\`\nEOF", [("a.sh", "echo $HOME `x`\n")]),
        ("cat <<-\\EOF | sudo tee a.txt b.txt > /dev/null\n\tone\n\tEOF\n", [("a.txt", "\tone\n"), ("b.txt", "\tone\n")]),
        ("tee -a a.txt <<< 'one line'", [("a.txt", "one line")]),
        ("echo 'a b' c > a.txt", [("a.txt", "a b c")]),
        (r"echo -e 'a\nb' > a.txt", [("a.txt", "a\nb")]),
        (r"printf '%s=%d%%\n' a 1 b 2 > a.txt", [("a.txt", "a=1%\nb=2%\n")]),
        (r"printf 'a\tb\n' > a.txt; printf 100%% > b.txt; printf x y > c.txt", [("a.txt", "a\tb\n"), ("b.txt", "100%"), ("c.txt", "x")]),
        ("printf > a.txt", []),
        ('echo "a\\"b\\\\c\\\nd\\x $ \\$5" > a.txt', [("a.txt", 'a"b\\cd\\x $ $5')]),
        (r'Set-Content -Path "src\a.txt" -Value "x`"y\z\""', [(r"src\a.txt", r'x"y\z"')]),
        ("echo $'it\\'s\\n' > a.txt", [("a.txt", "it's\n")]),
        ("cd web; cat > a.ts <<E\nx\nE", [("web/a.ts", "x\n")]),
        ("cat > a.ts <<E\nno end", [("a.ts", "no end")]),
        ("bash -lc \"cat > a.py <<'E'\nx = 1\nE\n\"", [("a.py", "x = 1\n")]),
        ("bash <<'E'\ncat > a.py <<'F'\nx = 1\nF\nE\n", [("a.py", "x = 1\n")]),
        (
            "git apply <<'E'\n--- a/a.py\n+++ b/a.py\t2026\n@@ -1 +1,2 @@\n x\n+y\n--- a/b.py\n+++ b/b.py\n@@ -0,0 +1 @@\n+z\n--- a/c\n+++ /dev/null\n-x\nE",
            [("a.py", "y"), ("b.py", "z")],
        ),
        ("patch -p1 <<'E'\n--- a/a.py\n+++ b/a.py\n+y\nE", [("a.py", "y")]),
        ("Set-Content a.txt @'\none\ntwo\n'@", []),
        ("@'\none\n'@ | Set-Content a.txt", []),
        ("Write-Output one two | Out-File a.txt", [("a.txt", "one two")]),
        ('Add-Content -Path a.txt -Value "x`"y"', [("a.txt", 'x"y')]),
        ("cat a.txt > b.txt; cat > $X <<E\nx\nE\n", []),
        ("grep x a.txt > b.txt", []),
    ],
)
def test_contents_that_the_line_spells_are_given(line: str, files: list[tuple[str, str]]) -> None:
    assert list(read_command(line).files) == files


@pytest.mark.parametrize(
    ("line", "scripts"),
    [
        ("python3 - <<'PY'\nopen('a', 'w').write('b')\nPY\n", ["open('a', 'w').write('b')\n"]),
        ("node -e 'x()' && ruby -e y && python -W ignore -c z && perl -e w", ["x()", "y", "z", "w"]),
        ("echo 'x()' | node", ["x()"]),
        ("echo data | ./tool", ["data"]),
        ("sed -i '3a\\    added line' a.py", ["added line"]),
        ("sed -i -e '/^x/i\\\nfirst\\\nsecond' -e 's|^old$|new line|' a.py", ["first\\\nsecond", "new line"]),
        ("ls; cat a.py", []),
    ],
)
def test_texts_handed_to_an_interpreter_are_given(line: str, scripts: list[str]) -> None:
    assert list(read_command(line).scripts) == scripts


@pytest.mark.parametrize(
    ("line", "programs"),
    [
        ("git -C /x -c a.b=secret push --force origin main", ["git push -C -c --force"]),
        ("/usr/bin/git stash pop; C:\\tools\\git.exe log", ["git stash pop", "git log"]),
        ("sudo rm -rf /var/x", ["sudo", "rm -rf"]),
        ("npm run test:unit -- --watch=false", ["npm run test:unit --watch"]),
        ("gh pr create --title 'T' --body \"$(cat <<'E'\nbody\nE\n)\"", ["cat", "gh pr create --title --body"]),
        ("make -C sub test lint all", ["make test lint -C"]),
        ("docker compose up -d && kubectl delete pod x", ["docker compose up -d", "kubectl delete pod"]),
        ("terraform apply -auto-approve", ["terraform apply -auto-approve"]),
        ("uv run --with x python -m pytest -q", ["uv run --with", "python -m", "pytest -q"]),
        ("bash -lc 'cd /x && ls'", ["ls"]),
        ("mysql -phunter2 -u root --password=hunter2", ["mysql -p -u --password"]),
        ("curl -uname:pass -H 'Authorization: x'", ["curl -u -H"]),
        ("tool -hunter2longer x", ["tool -h"]),
        ("tool -pass -pw", ["tool -p"]),
        ("tool -é --", ["tool"]),
        ("git ghp0123456789abcdefghij; abcdefABCDEF0123456789", ["git"]),
        ("$X y; 'a b' c", []),
        ("FOO=secret BAR=$(cat x) env -u A B=c nice -n 5 ls", ["cat", "env -u", "nice -n", "ls"]),
        ("find . -name x -exec grep y {} \\;", ["find -name -exec", "grep"]),
        ("Remove-Item -Recurse -Force x", ["Remove-Item -Recurse -Force"]),
        ("ls " + " ".join(f"--a{number}" for number in range(30)), ["ls " + " ".join(f"--a{number}" for number in range(16))]),
    ],
)
def test_programs_are_told_with_sub_commands_and_flags_and_never_with_values(line: str, programs: list[str]) -> None:
    assert list(read_command(line).programs) == programs


@pytest.mark.parametrize(
    ("words", "programs"),
    [
        (["bash", "-lc", "git status"], ["git status"]),
        (["zsh", "-c", "cd x && ls"], ["ls"]),
        (["powershell.exe", "-NoProfile", "-Command", "Get-Content a.txt"], ["Get-Content"]),
        (["cmd", "/c", "dir", "x"], ["dir"]),
        (["git", "push", "--force"], ["git push --force"]),
        (["ls -la; rm x"], ["ls -la", "rm"]),
        (["echo", "a; rm b"], ["echo"]),
        (["bash", "script.sh"], ["bash"]),
        (["bash", "-c"], ["bash -c"]),
        (["python", "-m"], ["python -m"]),
        ([], []),
    ],
)
def test_an_argument_list_is_read_like_a_line(words: Sequence[str], programs: list[str]) -> None:
    assert list(read_command(words).programs) == programs


def test_a_bracket_behind_words_ends_a_command_and_hides_nothing_of_the_next() -> None:
    said = read_command("ls src (touch a.py)")
    assert (("ls", "touch"), Writes.NAMED) == (said.programs, said.writes)
    assert "a.py" in said.paths
