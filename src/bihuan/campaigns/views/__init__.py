"""Pages of special campaigns."""
