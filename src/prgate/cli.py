"""The command line: arguments to one command, and the only place that exits."""

from __future__ import annotations

import gc
import sys

import click

from prgate import __version__
from prgate.commands.action import action
from prgate.commands.attach import attach
from prgate.commands.check import check
from prgate.commands.demo import demo
from prgate.commands.doctor import doctor
from prgate.commands.explain import explain
from prgate.commands.init import init
from prgate.commands.terminal import complain
from prgate.commands.trace import trace
from prgate.errors import PrgateError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="prgate")
def cli() -> None:
    """The gate in front of pull requests that AI agents write.

    Looks at the change, the trace, the coverage and the facts, says what it could not see, and hands a human the few lines to read.

    \b
    Exit codes: 0 pass or warn, 1 fail or incomplete, 2 something you can mend, 3 a defect of prgate.
    """  # noqa: D301 (click reads the character, not the two)


for _command in (check, demo, explain, init, attach, trace, doctor, action):
    cli.add_command(_command)


def entry() -> None:
    """Run the command line and exit: 2 for what the user can mend, 3 for a defect of ours."""
    # Nothing that is imported becomes garbage, so looking for cycles meanwhile is lost time.
    gc.disable()
    debug = "--debug" in sys.argv
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except PrgateError as error:
        complain(str(error))
        code = 2
    except Exception as defect:
        if debug:
            raise
        complain(f"a defect of prgate: {type(defect).__name__}: {defect}\n  Run again with --debug and report what it prints.")
        code = 3
    sys.exit(code or 0)
