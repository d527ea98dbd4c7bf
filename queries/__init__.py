"""What to read: session in, rows or frozen values out; never commits."""
