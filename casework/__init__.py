"""What to change: session in, rows changed, never commits; one file a step of the lifecycle."""
