"""One enterprise, one file (一企一档): profile, sites, classification, risk grade, supervising body. Must not know hazards or inspections."""
