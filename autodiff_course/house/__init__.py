"""What keeps the course in order; a learner never needs it."""
