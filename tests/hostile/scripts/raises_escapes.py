"""An exception of ten million characters that a terminal would obey, half of one, and markup."""
raise type("Loud\x1b[31m", (ValueError,), {})("\x1b[2J\x1b]0;title\x07\x9b31m[bold]\udcff\x00" + "x" * 10_000_000)
