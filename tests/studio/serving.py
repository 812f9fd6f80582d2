"""A studio in a process of its own, as ``clusteer studio`` starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2


@dataclass
class Server:
    """A studio that serves; ``client`` speaks to it."""

    process: subprocess.Popen[str]
    client: httpx2.Client

    @property
    def address(self) -> str:
        """Where its page is."""
        return str(self.client.base_url).rstrip("/")

    @property
    def port(self) -> str:
        """Its port, for another one to take its place."""
        return str(self.client.base_url.port)

    def kill(self) -> None:
        """Kill it as nothing can guard against."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[Server]:
    """Start a studio on a free port, and kill it at the end."""
    command = [sys.executable, "-c", "from clusteer.cli.main import run; run()", "studio", "--port", "0", *arguments]
    environment = {**os.environ, "CLUSTEER_HOME": str(home)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        found = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert found is not None
        # The socket listens before that line is printed, so a request waits where it would else be refused.
        with httpx2.Client(base_url=found[0], timeout=120, trust_env=False) as client:
            yield Server(process, client)
    finally:
        process.kill()
        process.wait()
