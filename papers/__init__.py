"""The Board's papers as page and PDF: plain values in, text out. No database."""
