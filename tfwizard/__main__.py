"""`python -m tfwizard`."""

import os
import sys

# Python looks into the current folder first then, where a json.py of the user's is not the one that is meant.
if not os.path.exists(os.path.join(sys.path[0], "tfwizard", "__main__.py")):
    del sys.path[0]

from tfwizard.cli import main

main()
