"""Serves the model of this image: `python serve.py`, or `python serve.py --health` to ask it.

Python keeps no byte code of the file that it is started with: all else is in another.
"""

import sys

from ci_steps.serving.serve import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
