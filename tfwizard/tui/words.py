"""Words for people: every string on the screen goes through here, so that it can be translated."""

from __future__ import annotations

from gettext import gettext as _
from gettext import ngettext

__all__ = ["_", "ngettext"]
