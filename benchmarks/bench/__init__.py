"""The rooms of the benchmarks: a shop, the process that serves it, what measures, and what the minimum is."""
