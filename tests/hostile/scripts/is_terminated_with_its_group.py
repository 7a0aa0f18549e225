"""Signals its whole process group."""
import os
import signal

os.kill(0, signal.SIGTERM)
