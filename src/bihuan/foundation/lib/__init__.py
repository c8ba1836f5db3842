"""Pure helpers, one topic a file; no models, no Django."""
