"""Garbage, and messages as if they were the worker's, on all that is open; then it fails."""
import json
import os

facts = {"outcome": "finished", "path": "x", "calls": [], "exit_code": 0}
lines = [b"garbage \xff\n", b'{"kind": 5}\n', json.dumps({"kind": "outcome", "facts": facts}).encode() + b"\n", b"no end"]
for descriptor in map(int, os.listdir("/proc/self/fd")):
    for line in lines if descriptor > 2 else ():
        try:
            os.write(descriptor, line)
        except OSError:
            pass
1 / 0
