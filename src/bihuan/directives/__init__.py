"""Directives (通知): notices, their clauses and obligations, and the compiler that reads them."""
