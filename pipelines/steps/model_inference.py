"""Script-mode entry of an inference pipeline's second container: turns model inputs into predictions."""

from workflow.model_container import model_fn, transform_fn

__all__ = ["model_fn", "transform_fn"]
