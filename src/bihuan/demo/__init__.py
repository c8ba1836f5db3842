"""A deterministic synthetic region (演示区域) for trials, tests of scale and screenshots."""
