"""Loops (闭环): the state-machine engine that every supervised thing runs on."""
