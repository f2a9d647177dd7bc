"""Grade a class: collect, run and judge each submission, and write what follows."""
