"""Test runs are known for what they are, through whatever runs them."""

from __future__ import annotations

import pytest

from prgate.formats.shell import read_command

_RUNS = """
pytest § py.test -q § python -m pytest § python3.12 -m unittest discover § uv run pytest -q § uv run -m pytest § poetry run pytest
tox -e py312 § nox -s tests § hatch test § hatch run test § coverage run -m pytest § python manage.py test § python setup.py test
python tests/test_pay.py § pdm run test § go test ./... § gotestsum § cargo test -p pay § cargo +nightly nextest run
cargo llvm-cov § npm test § npm t § npm run test:unit § npm --prefix web test § pnpm -r test § pnpm test:e2e § yarn test
yarn workspace web test § bun test § bun run test § npx jest pay § npx vitest run § pnpm exec mocha § npx playwright test
npx cypress run § node --test § deno test § deno task test § deno task e2e § doppler run -p x -- pytest § bundle exec rspec § rails test § rake spec § mvn -q verify
./mvnw test § ./gradlew check § gradle :pay:test § dotnet test § vendor/bin/phpunit § php artisan test § ctest § make test
make check § meson test § bazel test //... § mise run test:ci § mise test § just test § task test § nx test pay § nx run pay:test
turbo run test § swift test § mix test § sbt test § ./run_tests.sh § bash scripts/test-all.sh
CI=1 timeout 60 pytest 2>&1 | tail -5 § cd x && go test ./... || true § docker compose run --rm web pytest
for i in 1 2; do pytest; done § earthly +test § xvfb-run x || npm test § conda run -n dev pytest § mise exec go@1 -- go test
nix develop -c pytest § PYTHONPATH=. pytest
"""
_NONE = """
pytest --help § pytest --collect-only § python -m pytest --version § go test -c ./pay § go test -list . § cargo test --no-run
jest --listTests § npm run lint § npm run test:lint § npm run test:watch § npm install § mvn package -DskipTests § mvn compile
gradle build § make § make lint § just check § git commit -m test § echo pytest § grep test a.py § test -f x § [ -f x ]
cat tests/test_pay.py § vim test_pay.py § python setup.py build § python tools/gen.py § node § php artisan migrate
playwright install § npx playwright § coverage report § coverage run gen.py § which pytest § pip install pytest § nx
nx build pay § earthly +build § turbo run build § rails server § npm § yarn § mise exec pytest § nix develop § sudo § xargs
dotnet
"""
"""Commands, between paragraph signs and line ends."""


def commands(text: str) -> list[str]:
    return [command for line in text.strip().split("\n") for command in line.split(" § ")]


@pytest.mark.parametrize("line", commands(_RUNS))
def test_a_test_run_is_known(line: str) -> None:
    assert read_command(line).tests


@pytest.mark.parametrize("line", commands(_NONE))
def test_what_runs_no_test_is_none(line: str) -> None:
    assert not read_command(line).tests
