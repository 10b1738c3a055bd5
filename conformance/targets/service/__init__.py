"""A live target as the checks see it: what they ask of it, and what it has."""
