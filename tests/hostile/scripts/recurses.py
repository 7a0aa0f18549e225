"""To the limit."""


def deeper():
    deeper()


deeper()
