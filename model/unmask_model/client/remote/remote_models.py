"""The models that other servers have, by the names users give them."""

from dataclasses import dataclass

from unmask_model.protocol.errors import ModelNotFound
from unmask_model.transport.address import Address, host_of
from unmask_model.transport.keys import find_key


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteModel:
    """A way to speak to a server that is not Unmask's."""

    name: str
    """What users call it; NAME/MODEL asks the server for a model of that name."""
    url: str
    """Where it is if the user names no server; empty if one must be named."""
    fill: str
    """Path that fills holes."""
    edit: str = ""
    """Path that edits a block; empty if there is none."""
    model: str = ""
    """Model it is asked for if the user names none; empty: the first that it lists."""
    needs_key: bool
    """Whether nobody is answered without a key."""
    note: str
    """One line that helps to choose."""


REMOTE_MODELS = {
    model.name: model
    for model in (
        RemoteModel(
            name="mercury",
            url="https://api.inceptionlabs.ai/v1",
            fill="/fim/completions",
            edit="/edit/completions",
            model="mercury-edit-2",
            needs_key=True,
            note="hosted by Inception Labs: text around the cursor leaves this machine",
        ),
        RemoteModel(
            name="openai-compatible",
            url="",
            fill="/completions",
            needs_key=False,
            note="any server with prompt and suffix, such as llama.cpp or vLLM; set unmask.server",
        ),
    )
}
"""Every remote model by its name."""


def remote_model(name: str) -> RemoteModel | None:
    """Return the remote model called so, with the model its user wants of it; None if none is."""
    return REMOTE_MODELS.get(name.partition("/")[0])


def address_of(model: RemoteModel, server: str) -> Address:
    """Return where a model is, with its key for that host.

    Raises ModelNotFound where either is missing, RequestInvalid where text would go over plain HTTP
    to another machine.
    """
    url = server or model.url
    if not url:
        raise ModelNotFound(f"{model.name} has no address; set it in `unmask.server`")
    key = key_of(model, url)
    if model.needs_key and not key:
        raise ModelNotFound(
            f"{model.name} wants a key for {host_of(url)}; store it with"
            f" `keyring set unmask {model.name}@{host_of(url)}`"
        )
    return Address(url=url.rstrip("/"), token=key)


def key_of(model: RemoteModel, url: str) -> str:
    """Return the key of a model at a URL; empty if there is none. It is sent to that host alone."""
    return find_key(model.name, host_of(url), host_of(model.url) if model.url else "")
