"""Neither hears signals nor lets an exception end it."""
import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        time.sleep(60)
    except BaseException:
        pass
