"""What is allowed and when: pure functions of values and a date."""
