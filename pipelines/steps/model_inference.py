"""Script-mode entry of an inference pipeline's second container: model inputs to answers."""

from workflow.model_container import input_fn, model_fn, output_fn, predict_fn

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]
