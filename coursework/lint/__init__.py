"""What can be false in a chapter, found in seconds: ``coursework lint 03``. Its form is its author's."""
