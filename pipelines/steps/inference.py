"""Script-mode entry of the model server: the two functions that it calls."""

from workflow.serving import model_fn, transform_fn

__all__ = ["model_fn", "transform_fn"]
