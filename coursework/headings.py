"""The words of chapters that code looks for, in one place: who translates chapters translates them here."""

GLANCE, YOU_NEED = "At a glance", "You need"
VERDICTS, NEXT, NOT_KNOWN = "Verdicts", "What next", "What is not known"
CHECK_YOURSELF, KEY_TERMS, EXERCISES, REFERENCES = "Check yourself", "Key terms", "Exercises", "References"
PREDICT, BY_HAND, MODIFY = "Predict", "By hand", "Modify"
