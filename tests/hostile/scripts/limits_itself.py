"""Not a file more, not a byte more, not a process more."""
import resource

for limit, most in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NPROC, 1), (resource.RLIMIT_NOFILE, 3)):
    resource.setrlimit(limit, (most, most))
open("another")
