"""`python -m tfwizard`."""

from tfwizard.cli import main

main()
