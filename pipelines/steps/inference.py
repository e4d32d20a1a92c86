"""Script-mode entry of the model server: the four functions that it calls."""

from workflow.serving import input_fn, model_fn, output_fn, predict_fn

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]
