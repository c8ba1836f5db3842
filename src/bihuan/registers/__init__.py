"""Ledgers of a firm (台账): safety expenses, protective equipment, tests of equipment. Must not know hazards."""
