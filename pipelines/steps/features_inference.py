"""Script-mode entry of an inference pipeline's first container: turns requests into model inputs."""

from workflow.feature_container import model_fn, transform_fn

__all__ = ["model_fn", "transform_fn"]
