"""The wizard in a browser: seats, who may sit down, and the server between a page and the process behind it.

Needs the extra `serve` (textual-serve, aiohttp), but for this module.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Textual's way to name the driver of an app: how the wizard reaches the page instead of a terminal.
DRIVER = "tfwizard.tui.browser:BrowserDriver"
#: The variable that tells a wizard that it has a seat in a workshop: what it began ends with it.
SEAT = "TFWIZARD_SEAT"


def outlives(environ: Mapping[str, str]) -> bool:
    """Whether a training goes on without the wizard: at a seat of a workshop it does not."""
    return SEAT not in environ
