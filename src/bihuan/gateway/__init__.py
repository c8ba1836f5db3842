"""数采网关, the edge agent on an enterprise's industrial PC: reads instruments, keeps every sample, hands them on.

Three rules hold it together: a sample is on disk before it is sent; it is delivered only when the platform's own
acknowledgement names its message; and nothing but delivery, age after delivery or the written quota rule removes it.
It reads control systems and never writes to them. It runs without Django and imports `wire` alone.
"""
