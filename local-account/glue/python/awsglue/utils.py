"""Arguments of a job run, as "Accessing parameters using getResolvedOptions" of the Glue guide describes it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn


class GlueArgumentError(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GlueArgumentError(message)


RESERVED = ("job_bookmark_option", "job_bookmark_from", "job_bookmark_to", "TempDir")


def getResolvedOptions(args: Sequence[str], options: Sequence[str]) -> dict[str, str]:
    """The named options of --name value pairs. Others are passed over; one that is missing is an error."""
    parser = _Parser()
    for option in options:
        if option in RESERVED and option != "TempDir":
            raise RuntimeError(f"Using reserved arguments {option}")
        parser.add_argument(f"--{option}", required=True)
    known, _ = parser.parse_known_args(args[1:])
    return vars(known)
