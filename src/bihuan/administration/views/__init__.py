"""Pages of system administration (系统管理)."""
