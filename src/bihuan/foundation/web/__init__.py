"""Base templates, components, tables, forms, error pages, problem+json; names no domain app."""
