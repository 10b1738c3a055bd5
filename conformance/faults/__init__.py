"""The proof that the suite can fail: small deliberate defects, and servers that hardly answer.

A fault replaces one decision of the reference server from outside. It names the check cases that
it must turn red: fewer means that a check is blunt, more that it is imprecise.
"""
