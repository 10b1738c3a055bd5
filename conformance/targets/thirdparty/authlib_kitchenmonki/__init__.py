"""The Authentication page, served by unmodified Authlib and Flask.

A second implementation of the page that shares no code with the reference server. The target file
beside this folder starts it as a process; everything lives in memory.
"""
