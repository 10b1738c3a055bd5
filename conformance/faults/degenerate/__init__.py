"""Servers that hardly are any: what says nothing must not turn anything green."""
