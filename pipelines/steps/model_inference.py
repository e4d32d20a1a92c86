"""Script-mode entry of an inference pipeline's second container: model inputs to answers."""

from workflow.model_container import model_fn, transform_fn

__all__ = ["model_fn", "transform_fn"]
