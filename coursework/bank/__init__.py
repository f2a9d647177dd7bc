"""The question bank: exercises that Moodle can ask and mark by itself, in its own format."""
