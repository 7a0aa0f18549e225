"""The process that the wizard knows ends; its child would go on in its name."""
import os
import time

if os.fork():
    os._exit(0)
time.sleep(1)
