"""The part of AWS's scikit-learn image that is not on the package index, as far as serving in script mode needs it."""
