"""Code tables (参考数据): divisions, industries, hazard criteria, penalties; versioned packs. Knows no other domain app."""
