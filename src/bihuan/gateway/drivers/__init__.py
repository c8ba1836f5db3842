"""Drivers (采集驱动): one module each, all behind `interface.Driver`. They read and never write to a control system."""
