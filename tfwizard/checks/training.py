"""Whether the training can run as written: steps, schedules, callbacks, evaluation."""
