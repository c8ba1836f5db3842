"""Pure rules of the enterprise file: search letters, completeness, sites, grading, attestation, positions, assets."""
