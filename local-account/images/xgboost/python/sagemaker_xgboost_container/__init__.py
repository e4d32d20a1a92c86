"""What stands in for the package of AWS's XGBoost image, which is not on the package index. Written for this project
from AWS's documentation.
"""
