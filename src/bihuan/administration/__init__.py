"""System administration pages (系统管理)."""
