"""How software does it: no domain app is named in here."""
