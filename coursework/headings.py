"""The words of chapters that code looks for, in one place: who translates chapters translates them
here."""

YOU_NEED, NEXT = "You need", "What next"
KEY_TERMS = "Key terms"
PREDICT, BY_HAND, MODIFY = "Predict", "By hand", "Modify"
