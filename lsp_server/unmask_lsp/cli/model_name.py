"""Tells at once whether a model can be meant by a name: before torch, and before a port is open."""


def check_model(name: str) -> None:
    """Raise ModelNotFound where there can be no such model, before anything heavy is loaded."""
    from unmask_model.client.remote.remote_models import remote_model
    from unmask_model.weights.catalogue import is_path, weights_of

    if not (remote_model(name) or is_path(name)):
        weights_of(name)
