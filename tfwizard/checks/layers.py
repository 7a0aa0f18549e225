"""Layer by layer: activations, gradients, and what is trainable."""
