"""The words of chapters that code looks for, in one place: who translates chapters translates them here."""

YOU_NEED, VERDICTS, NEXT = "You need", "Verdicts", "What next"
CHECK_YOURSELF, KEY_TERMS = "Check yourself", "Key terms"
PREDICT, BY_HAND, MODIFY = "Predict", "By hand", "Modify"
