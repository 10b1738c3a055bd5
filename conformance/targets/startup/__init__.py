"""Servers that a run starts: a process of the target file, or the embedded one."""
