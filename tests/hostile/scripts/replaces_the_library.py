"""Puts its own in the place of what the worker needs, and fails then."""
import builtins
import json
import os
import signal
import socket
import sys
import threading
import time

json.dumps = lambda *_, **__: "{}"
json.loads = lambda *_, **__: {}
json.JSONEncoder.encode = lambda *_: "x"
socket.socket.sendall = lambda *_: None
socket.socket.recv = lambda *_: b""
threading.Thread = threading.Lock = threading.Event = None
time.time = time.monotonic = lambda: float("nan")
time.sleep = lambda _: None
sys.setprofile(lambda *_: None)
sys.setrecursionlimit(60)
for name in ("write", "read", "getpid", "_exit", "kill", "killpg", "close", "getpgrp", "fstat", "stat", "fork"):
    setattr(os, name, None)
signal.signal = None
fail = lambda: 1 / 0
for name in list(vars(builtins)):
    if name not in ("ZeroDivisionError", "BaseException", "list", "vars", "setattr"):
        setattr(builtins, name, None)
fail()
