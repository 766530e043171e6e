"""What goes wrong with a company's documents."""


class KnowledgeError(Exception):
    """Anything about documents that cannot be done."""


class LibraryUnavailableError(KnowledgeError):
    """Nothing can be looked up now, which is not the same as "I don't know"."""


class InvalidDocumentError(KnowledgeError):
    """A document cannot be kept; the message says why."""


class TooManyDocumentsError(KnowledgeError):
    """The company has as many documents as it may have."""


class TooMuchKnowledgeError(KnowledgeError):
    """The company's documents are as large as they may be."""


class TooManyProposalsError(KnowledgeError):
    """As many answers wait for approval as may wait."""


class UnreadableFileError(KnowledgeError):
    """No text can be had from a file; the message says why, for who sent it."""


class FileTooLargeError(KnowledgeError):
    """A file is larger than the company's files may be."""
