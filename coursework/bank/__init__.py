"""The question bank: exercises that a learning platform can ask and mark by itself, in its own formats."""
