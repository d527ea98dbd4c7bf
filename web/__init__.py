"""The pages: forms and words around casework and queries; Prefect is never imported here."""
