"""The operator as a process: what runs beside what, from start to drain."""
