"""The order of steps, nothing else: async Prefect flows without classes or state."""
