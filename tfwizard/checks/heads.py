"""Each output of the model beside its labels, its loss and its metrics."""
