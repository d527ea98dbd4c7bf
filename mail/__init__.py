"""E-mail: a typed context each, rendering, MIME, transports. No database."""
