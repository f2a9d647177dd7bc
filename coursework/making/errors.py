"""What goes wrong with a master; apart, so that a run that makes nothing imports nothing that reads them."""


class MasterError(ValueError):
    """A master that cannot be used; the message has one line for each fault."""
