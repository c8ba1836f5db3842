"""Rules of the hazard loop: values and times in, answers out; no database, no framework."""
