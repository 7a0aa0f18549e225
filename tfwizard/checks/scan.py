"""The training set as a whole: what one pass over its batches shows."""
