"""What goes wrong with a master, apart so that a run that makes nothing need not import what reads masters."""


class MasterError(ValueError):
    """A master that cannot be used; the message has one line for each fault."""
