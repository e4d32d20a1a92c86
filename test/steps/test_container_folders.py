"""Step code writes below its container's root, and the tests give it one."""

from __future__ import annotations

import os
from pathlib import Path

import conftest
from workflow.analyze import leave_message


def test_a_step_writes_into_the_folders_of_the_test(tmp_path: Path) -> None:
    leave_message("done")
    assert (tmp_path / "ml" / "output" / "message").read_text() == "done"


def test_a_file_outside_the_temporary_folder_is_seen(tmp_path: Path) -> None:
    before = len(conftest.written_outside)
    conftest.watch_writes("open", ("/opt/ml/output/message", "w", os.O_WRONLY | os.O_CREAT))
    conftest.watch_writes("open", ("/etc/hostname", "r", os.O_RDONLY))
    conftest.watch_writes("os.mkdir", (str(tmp_path / "inside"), 0o777, -1))
    found = conftest.written_outside[before:]
    del conftest.written_outside[before:]
    assert found == ["/opt/ml/output/message"]
