"""The same faults on the same server, judged by this suite and by plain schemathesis."""
