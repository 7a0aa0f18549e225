"""An exception that answers every question with another."""


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    def __getattribute__(self, name):
        raise RuntimeError(name)


raise Odd
