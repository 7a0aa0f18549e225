"""One module a screen: pure functions from facts to lines, and the widget that shows them."""
