"""Everything that can go wrong with a file, a bundle or a run, by name.

A message says what was expected, what came, and what to do. ``code`` is the short, stable name that tables carry.
"""

from __future__ import annotations


class CxrViewerError(Exception):
    """The root of every error that this program raises on purpose."""

    code = "error"


class ReadingError(CxrViewerError):
    """A file that should be readable is not: truncated, corrupt, or not there. Its row has the status ``error``."""

    code = "unreadable"


class MissingFileError(ReadingError):
    """The path names nothing, or something this user may not read."""

    code = "missing"


class CorruptFileError(ReadingError):
    """The file starts as an image but cannot be decoded to its end."""

    code = "corrupt"


class ChangedFileError(ReadingError):
    """The file changed between hashing and decoding."""

    code = "changed"


class RefusedError(CxrViewerError):
    """The file is intact, but not something this program reads or classifies. Its row has the status ``refused``."""

    code = "refused"


class NotAnImageError(RefusedError):
    """The content is of no image format that is read."""

    code = "not-an-image"


class MultiFrameError(RefusedError):
    """The file holds several frames or pages."""

    code = "multi-frame"


class OutOfScopeError(RefusedError):
    """The film is not of the kind that the bundle was made for, so that its probabilities would mean nothing."""

    code = "out-of-scope"


class NoPixelDataError(RefusedError):
    """A DICOM object without an image in it."""

    code = "no-pixel-data"


class ResultObjectError(RefusedError):
    """The file is no radiograph but a result that this program wrote beside one: a report, an overlay, a heatmap."""

    code = "result-object"


class StoredResultError(ResultObjectError):
    """The file is no radiograph but the structured report of a result that this program stored."""

    code = "stored-result"


class TransferSyntaxError(RefusedError):
    """No decoder at hand reads this DICOM transfer syntax."""

    code = "transfer-syntax"


class ModalityError(RefusedError):
    """The DICOM modality is not that of a projection radiograph."""

    code = "modality"


class ViewError(RefusedError):
    """The header says that this is not a frontal view."""

    code = "view"


class BodyPartError(RefusedError):
    """The header says that this is not the chest."""

    code = "body-part"


class PhotometricError(RefusedError):
    """The DICOM photometric interpretation or pixel layout is not one that radiographs have."""

    code = "photometric"


class ImageTooSmallError(RefusedError):
    """The image is too small to hold a chest radiograph."""

    code = "too-small"


class LimitExceededError(RefusedError):
    """The file or the image is larger than the limits in force."""

    code = "too-large"


class WorkerError(CxrViewerError):
    """The worker process that had the file was lost. Its row has the status ``error`` and is tried again next time."""

    code = "worker"


class WorkerCrashedError(WorkerError):
    """The worker process died while it had the file."""

    code = "worker-crashed"


class WorkerTimeoutError(WorkerError):
    """The file took longer than the time limit."""

    code = "timeout"


class WorkerMemoryError(WorkerError):
    """The file needed more memory than a worker may use."""

    code = "memory"


class BundleError(CxrViewerError):
    """A bundle is missing or is not what its metadata says."""

    code = "bundle"


class BundleNotFoundError(BundleError):
    """No bundle of that name or folder."""

    code = "bundle-not-found"


class BundleMetadataError(BundleError):
    """metadata.json is missing, is not valid, or has another schema version."""

    code = "bundle-metadata"


class BundleHashError(BundleError):
    """A file of the bundle does not have the SHA-256 that the metadata gives."""

    code = "bundle-hash"


class BundleNetworkError(BundleError):
    """The network's inputs or outputs are not those of the metadata."""

    code = "bundle-network"


class EngineError(CxrViewerError):
    """An engine could not be started, or failed while running."""

    code = "engine"


class StoreError(CxrViewerError):
    """The results store could not be opened or written."""

    code = "store"


class ExportError(CxrViewerError):
    """An export could not be written."""

    code = "export"


class NotDicomSourceError(ExportError):
    """A DICOM object can only be made of a film that was read from a DICOM file."""

    code = "not-dicom"


class SourceHeaderError(ExportError):
    """A film's DICOM header lacks, or has damaged, what an object in the same study needs."""

    code = "source-header"


class MissingExtraError(CxrViewerError):
    """What was asked for needs an optional part of the program that is not installed."""

    code = "missing-extra"


class UsageError(CxrViewerError):
    """The command line asks for something that cannot be done as asked."""

    code = "usage"


class NetworkError(CxrViewerError):
    """Something between this machine and a node went wrong."""

    code = "network"


class UnreachableError(NetworkError):
    """Nothing answers at the node's address: no such host, no route, or nobody listens at the port."""

    code = "unreachable"


class NetworkTimeoutError(NetworkError):
    """The node did not answer in time."""

    code = "network-timeout"


class AssociationRefusedError(NetworkError):
    """The node is there, but refused the association."""

    code = "association-refused"


class AETitleError(AssociationRefusedError):
    """The node does not know the called or the calling AE title."""

    code = "ae-title"


class AssociationLostError(NetworkError):
    """The association or connection ended before the answer: aborted by the node, or cut."""

    code = "association-lost"


class NoPresentationContextError(NetworkError):
    """The node took the association, but none of the SOP classes or transfer syntaxes that are needed."""

    code = "no-presentation-context"


class TlsError(NetworkError):
    """The encrypted connection could not be made: an untrusted certificate, another name, no TLS at all."""

    code = "tls"


class AuthenticationError(NetworkError):
    """The node wants a user name and password, or does not take these."""

    code = "authentication"


class PeerStatusError(NetworkError):
    """The node answered with a status of failure."""

    code = "peer-status"


class PeerAnswerError(NetworkError):
    """What the node answered cannot be used: no such answer is allowed, or it is too large."""

    code = "peer-answer"


class DiskFullError(NetworkError):
    """The disk has no room for what the node sends."""

    code = "disk-full"


class ReceiverError(NetworkError):
    """The receiver could not be started: its port is taken, or its folder cannot be used."""

    code = "receiver"


class NodeError(UsageError):
    """A node, or the file that nodes are kept in, is not as it has to be."""

    code = "node"


class UnknownNodeError(NodeError):
    """No node of that name is configured."""

    code = "unknown-node"


class KeyringError(NetworkError):
    """The system has no keyring for passwords, or it does not work."""

    code = "keyring"


class InternalError(CxrViewerError):
    """Something failed that should not have: a fault of this program, to be reported. It costs its own file only."""

    code = "internal"


RESULT_OBJECT_CODES = frozenset((ResultObjectError.code, StoredResultError.code))
"""The codes of what this program wrote beside films: no films that were refused."""

# A file whose row carries one of these is read again next time: the cause may be gone.
TRANSIENT_CODES = frozenset(
    error.code
    for error in (
        MissingFileError,
        ChangedFileError,
        WorkerError,
        WorkerCrashedError,
        WorkerTimeoutError,
        WorkerMemoryError,
        InternalError,
    )
)
