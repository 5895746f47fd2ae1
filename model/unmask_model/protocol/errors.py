"""What can go wrong, as types. Each message says what was looked for and what to do about it.

UnmaskError
├── ModelNotFound      no such model, or its weights are not on this machine
│   └── WeightsAbsent  there is such a model; its weights could be fetched
├── WeightsInvalid     a file is not what it should be: wrong hash, format, tensor or shape
│   └── DecoderUnknown a decoder whose layers have a shape that is not known there
├── DoesNotFit         a model is larger than the memory there is
├── DownloadFailed     no source could give the bytes
├── RequestInvalid     a request that cannot be answered as asked
├── EngineBusy         the engine takes no more work now
├── EngineClosed       the engine is not there, or went away while it answered
│   ├── EngineAbsent   the engine was not there to be asked
│   └── EngineLetGo    this client, or another one, has let go of it meanwhile
└── StateUnusable      a file of the user's own cannot be read or written
"""


class UnmaskError(Exception):
    """Root of everything Unmask raises on purpose; `str(error)` is one line for people."""


class ModelNotFound(UnmaskError):
    """No such model, or its weights are not on this machine."""


class WeightsAbsent(ModelNotFound):
    """The weights of a model are not on this machine, and could be fetched."""


class WeightsInvalid(UnmaskError):
    """A file of weights is not what it should be: wrong hash, format, tensor name or shape."""


class DecoderUnknown(WeightsInvalid):
    """The layers of a decoder have a shape that is not known to what should compute it."""


class DoesNotFit(UnmaskError):
    """A model is larger than the memory there is for it."""


class DownloadFailed(UnmaskError):
    """No source could give the bytes that were asked for."""


class RequestInvalid(UnmaskError):
    """A request that cannot be answered as asked."""


class EngineBusy(UnmaskError):
    """The engine is full; the same request may succeed a moment later."""


class EngineClosed(UnmaskError):
    """The engine is not there, or went away while it answered."""


class EngineAbsent(EngineClosed):
    """Nobody listens: the request never reached an engine, and may be asked again."""


class EngineLetGo(EngineClosed):
    """The engine was let go while it answered; the reason has been told already."""


class StateUnusable(UnmaskError):
    """A file that Unmask keeps for the user cannot be read or written."""
