"""Script-mode entry of the training job. Hyperparameters come as arguments, paths as SM_* variables."""

import sys

from workflow.train import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
