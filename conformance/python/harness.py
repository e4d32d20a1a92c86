"""Runs cases against the endpoint of the environment. Prints one JSON object a line: {"case", "error"?}; an error is
a case's exception as text.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REGION = os.environ["AWS_REGION"]
BUCKET = os.environ["CONFORMANCE_BUCKET"]
ROLE = os.environ["CONFORMANCE_ROLE"]
RUN = os.environ["CONFORMANCE_RUN"]
"""Part of every name, so that runs against one account do not meet."""

CASES: dict[str, Callable[[], None]] = {}


def case(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(function: Callable[[], None]) -> Callable[[], None]:
        CASES[name] = function
        return function

    return register


def expect(condition: bool, what: object) -> None:
    if not condition:
        raise AssertionError(str(what))


def until(ask: Callable[[], Any], done: Callable[[Any], bool], seconds: float = 120) -> Any:
    end = time.monotonic() + seconds
    while not done(answer := ask()):
        expect(time.monotonic() < end, f"still {answer} after {seconds:.0f} s")
        time.sleep(0.3)
    return answer


def image(name: str) -> str:
    """Of AWS's image in the region, as the SageMaker SDK's table has it."""
    return os.environ[f"CONFORMANCE_IMAGE_{name}"]


def records(count: int = 400) -> str:
    """CSV without a header; the label, first, depends on the second column."""
    return "\n".join(f"{index % 2},{index % 2},{index * 7 % 10}" for index in range(count)) + "\n"


def written(name: str, text: str) -> str:
    path = Path(tempfile.mkdtemp(prefix="conformance-")) / name
    path.write_text(text)
    return str(path)


def main() -> None:
    for name in sys.argv[1:]:
        answer: dict[str, str] = {"case": name}
        try:
            # Clients print; the cases' results have standard output for themselves.
            with contextlib.redirect_stdout(sys.stderr):
                CASES[name]()
        except BaseException as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer), flush=True)
