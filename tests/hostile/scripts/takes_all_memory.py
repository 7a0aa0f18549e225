"""Allocates until there is nothing left."""
import resource

resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))
kept = []
for size in (10 << 20, 1 << 20, 10_000, 100):
    try:
        while True:
            kept.append(bytearray(size))
    except MemoryError:
        pass
raise MemoryError
