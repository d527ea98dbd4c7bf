"""The pages of officers and the Board, one subject a file."""
