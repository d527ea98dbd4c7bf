"""One retryable Prefect task a batch: ids in, a frozen outcome out; opens the session, commits."""
