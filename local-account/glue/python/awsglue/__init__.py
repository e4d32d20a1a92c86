"""In place of AWS's library, which is not on PyPI: `awsglue.utils` only. Any other module is refused by name."""

import importlib.abc
import sys


class _Refuses(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if name.startswith("awsglue.") and name != "awsglue.utils":
            raise ImportError(f"{name} is not supported by the local account: use Spark's own API (pyspark.sql)")


sys.meta_path.insert(0, _Refuses())
