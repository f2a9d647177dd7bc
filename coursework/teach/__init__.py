"""What readers and instructors get beside the exercises: plans, slides, downloads, the teaching
pages."""
