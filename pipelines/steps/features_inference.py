"""Script-mode entry of an inference pipeline's first container: requests to model inputs."""

from workflow.feature_container import input_fn, model_fn, output_fn, predict_fn

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]
