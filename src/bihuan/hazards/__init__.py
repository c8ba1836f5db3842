"""Hazards (隐患) from finding to closure, and listed supervision (挂牌督办) of major ones. Must not know where a hazard came from beyond kind and reference."""
