"""Tests of the directives."""
