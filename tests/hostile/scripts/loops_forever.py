"""Never comes to its training."""
while True:
    pass
