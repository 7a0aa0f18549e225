"""A million lines of escapes, invalid UTF-8 and markup, on both streams."""
import os

LINE = b"\x1b[2J\x1b]0;title\x07\xff\xfe\xc3(\x9b31m[bold red]%d[/] \x00\x08\r" + b"x" * 20 + b"\n"
for n in range(500):
    for stream in (1, 2):
        os.write(stream, LINE % n * 1000)
