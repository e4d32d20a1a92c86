"""What the built-in algorithm raises where the request is at fault."""

UNSUPPORTED = "is not supported by the local account"


class UserError(Exception):
    pass


class UnsupportedTypeError(UserError):
    """A content type that is not read or written here."""
