"""As leaves_a_daemon, which holds the pipes; and the script itself is gone at once."""
import os
import subprocess

subprocess.Popen(["sleep", "3600"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        subprocess.run(["sleep", "3600"])
    os._exit(0)
os.wait()
os._exit(7)
