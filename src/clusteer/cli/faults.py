"""What a user can put right ends in one sentence on standard error and exit status 2, never in a traceback."""

import sys
from collections.abc import Sequence
from typing import Any

from typer.core import TyperGroup

from clusteer.cli.output import visible
from clusteer.core.errors import ClusteerError

FAULTY = 2


class PlainFaults(TyperGroup):
    """Commands whose faults are said plainly. An error of our own still shows where it happened."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # as the class we extend has it
    ) -> Any:
        """Run the command that the arguments name."""
        try:
            return super().main(args, prog_name, complete_var, standalone_mode, windows_expand_args, **extra)
        except (ClusteerError, OSError) as fault:
            sys.stderr.write(f"Error: {visible(sentence(fault))}\n")
            sys.exit(FAULTY)


def sentence(fault: ClusteerError | OSError) -> str:
    """Return what went wrong in one line."""
    if isinstance(fault, ClusteerError) or fault.strerror is None:
        return " ".join(str(fault).split())
    where = f"{fault.filename}: " if fault.filename else ""
    return f"{where}{fault.strerror}; make room or give a place you may read and write, then repeat the command"
