"""Prints what mutmut found about one module, as JSON: each changed place, and whether a test noticed.

Runs in the folder in which mutmut ran: `python survivors.py workflow/rule.py`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

NOTICED = {"killed", "timeout", "segfault", "suspicious"}
"""A timeout is a loop that no longer ends; segfault and suspicious are tests that ended by a signal."""
WORDS = re.compile(r"""\b(?:prog|description|help)=(?:"[^"]*"|__doc__|None)(?:, )?""")
"""What argparse shows to a person who asks for help."""


def for_a_reader_only(line: str, mutated: str) -> bool:
    """Whether only the help of a command, or when its output is written, has changed."""
    if "ArgumentParser(" in line or "add_argument(" in line:
        return bare(WORDS.sub("", line)) == bare(WORDS.sub("", mutated))
    if "flush=" in line:
        flush = re.compile(r"flush=(?:True|False|None)")
        return bare(flush.sub("", line)) == bare(flush.sub("", mutated))
    return False


def bare(line: str) -> str:
    return re.sub(r"[\s,]+", "", line)


def mutants(path: Path) -> list[dict[str, object]]:
    codes = json.loads(Path("mutants", f"{path}.meta").read_text())["exit_code_by_key"]
    found: list[dict[str, object]] = []
    for key, code in codes.items():
        status = status_by_exit_code[code]
        if status in NOTICED:
            found.append({"name": key, "status": status, "killed": True, "line": "", "mutated": ""})
            continue
        changed = get_diff_for_mutant(key, path=path).splitlines()[3:]
        line, mutated = (joined(changed, sign) for sign in "-+")
        if not for_a_reader_only(line, mutated):
            found.append({"name": key, "status": status, "killed": False, "line": line, "mutated": mutated})
    return found


def joined(changed: list[str], sign: str) -> str:
    return " ".join(text[1:].strip() for text in changed if text.startswith(sign))


if __name__ == "__main__":
    print(json.dumps(mutants(Path(sys.argv[1]))))
