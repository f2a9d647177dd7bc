"""What an author made: the notebook that is handed out, facts about its exercises, and the key."""
