"""Ids, tokenizer and checkpoint: what a language model is given and what it can take."""
