"""Wire formats (数据接入格式): how samples, alarms and warnings look on the line, and nothing else.

Pure functions and immutable values: bytes in, columns out, and back. Every upload profile is one module with its own
settings and its own level map, and every telemetry profile decodes into the one shape of `batch.Batch`. This package
knows no database, no clock, no network and no other part of bihuan; both the gateway (数采网关) and the platform use it.
Input that breaks a format raises `errors.WireError` and nothing else.
"""
