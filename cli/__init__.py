"""The command line `sib`: words around flows, casework and queries; imports lazily."""
