"""Standard streams that end the process which flushes them."""
import sys


class Trap:
    def write(self, text):
        return len(text)

    def flush(self):
        raise SystemExit(0)


sys.stdout, sys.stderr = Trap(), None
1 / 0
