"""Both processes come to the end of the script: the child with an exception."""
import os

child = os.fork()
if not child:
    raise RuntimeError("of the child")
os.waitpid(child, 0)
