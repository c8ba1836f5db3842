"""House rules that a linter does not know."""
