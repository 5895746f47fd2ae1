"""Decoding strategies by name.

A sampler is written as its name, or with options as `name:option=value,option=value`; its options
are the fields of its class. Modules are imported when a sampler of theirs is asked for.
"""

import logging
from dataclasses import fields
from functools import cache
from importlib import import_module

from pydantic import TypeAdapter

from unmask_model.decoding.sampler import Sampler
from unmask_model.protocol.errors import RequestInvalid

SAMPLERS = {
    "autoregressive": "unmask_model.decoding.samplers.autoregressive:Autoregressive",
    "confidence": "unmask_model.decoding.samplers.confidence:Confidence",
    "fixed": "unmask_model.decoding.samplers.fixed:Fixed",
    "verify": "unmask_model.decoding.samplers.verify:Verify",
}

RENAMED = {"ahead": "lookahead", "odds": "min_acceptance"}
"""Options by their old names, which are still understood, with one notice in the log."""


def open_sampler(spec: str) -> Sampler:
    """Return the sampler that `spec` names; raise RequestInvalid where there is none such."""
    name, _, options = spec.partition(":")
    if name not in SAMPLERS:
        known = ", ".join(sorted(SAMPLERS))
        raise RequestInvalid(f"no sampler is called {name!r}; choose one of {known}")
    module, _, attribute = SAMPLERS[name].partition(":")
    return _with_options(getattr(import_module(module), attribute), spec, options)


def _with_options(kind: type[Sampler], spec: str, options: str) -> Sampler:
    try:
        given = dict(option.split("=", 1) for option in options.split(",") if option)
        values = {_current(name): value for name, value in given.items()}
        sampler = TypeAdapter(kind).validate_python(values)
    except ValueError as error:
        raise RequestInvalid(f"the options of sampler {spec!r} are not understood") from error
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # all are dataclasses
    if not values.keys() <= set(known):
        raise RequestInvalid(
            f"{spec!r} has unknown options; there are: {', '.join(known) or 'none'}"
        )
    return sampler


@cache
def _current(option: str) -> str:
    """Return the name of an option today."""
    name = RENAMED.get(option, option)
    if name != option:
        logging.getLogger(__name__).warning("sampler option %s is now called %s", option, name)
    return name
