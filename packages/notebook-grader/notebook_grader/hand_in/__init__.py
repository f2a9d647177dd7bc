"""What students hand in: files, the assignment that they belong to, and who is a member."""
