"""Entry of processing jobs: `python3 steps.zip <command>`. Python runs a zip that contains this file."""

from __future__ import annotations

import importlib
import sys

COMMANDS = {
    "prepare": "workflow.prepare",
    "select-model": "workflow.select_model",
    "evaluate": "workflow.evaluate",
    "baseline": "workflow.baseline",
    "analyze": "workflow.analyze",
    "model-quality": "workflow.model_quality",
    "compare": "workflow.compare",
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        print(f"usage: {sys.argv[0]} {{{'|'.join(COMMANDS)}}} [arguments]", file=sys.stderr)
        return 2
    step = importlib.import_module(COMMANDS[sys.argv[1]])
    return int(step.main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
