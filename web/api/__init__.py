"""`/api/v1`: what other programs may read and do, with typed models that serve and document themselves."""
