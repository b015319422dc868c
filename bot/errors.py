"""Errors that a person reads: what happened, to which thing, what to do."""


class MullError(Exception):
    """Something Mull can explain. Its text is shown as it is; it never holds a word that a person typed."""


class Unavailable(MullError):
    """The database could not do it in the time there was. Unless it is Unsure, nothing was stored; try it again."""


class Unsure(Unavailable):
    """It may have been stored: nobody could find out in the time there was. Doing it again keeps nothing twice."""


class Collided(Unavailable):
    """Two transactions stood in each other's way, and the database undid this one. Doing it again is right."""


class NotFound(MullError):
    """There is no such thing, or not for this person: the two are never told apart."""


class Refused(MullError):
    """A rule of the practice says no; the text says which."""
