"""Assistance (帮扶): benchmark firms that help others; service visits that are no enforcement."""
