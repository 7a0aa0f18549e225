"""Threads, an exit handler and a finaliser that never end."""
import atexit
import threading
import time


class Last:
    def __del__(self):
        time.sleep(3600)


last = Last()
atexit.register(time.sleep, 3600)
for _ in range(5):
    threading.Thread(target=time.sleep, args=(3600,)).start()
