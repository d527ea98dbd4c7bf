"""The numbers: arrays and plain values in, frozen results out. No database, no files, no clock."""
