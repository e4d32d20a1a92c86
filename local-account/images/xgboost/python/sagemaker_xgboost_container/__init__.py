"""The part of AWS's XGBoost image that is not on the package index, as far as script mode needs it."""
