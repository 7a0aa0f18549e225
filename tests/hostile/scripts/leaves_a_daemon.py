"""A process of the script's leaves its session, its parents, its descriptors and every signal that can be refused."""
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.closerange(0, 65536)
        time.sleep(3600)
    os._exit(0)
os.wait()
