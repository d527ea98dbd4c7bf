"""What a person can be told: one plain sentence that says what and where."""


class Refused(Exception):
    """A request the system will not carry out; the text is shown to the person as it stands.

    The command line prints it and exits 1, a form shows it as its error. Nothing has been changed when it is raised.
    """
