"""Tokens and keys: from a file, the environment or the system's keyring, never an argument.

Arguments stand in process lists and shell histories. A key belongs to one host and is given for no
other: settings say whom to ask, and settings may come from anywhere. The keyring holds it under
the service `unmask` and the name NAME@HOST (`keyring set unmask NAME@HOST`).
"""

import os
import re
from pathlib import Path

from unmask_model.protocol.errors import RequestInvalid

SERVICE = "unmask"
"""Service in the keyring."""
SERVER = "server"
"""Name of the token an engine wants of its clients."""


def read_token(file: Path) -> str:
    """Return the token a file holds; raise RequestInvalid where there is none."""
    try:
        token = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RequestInvalid(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequestInvalid(f"{file} cannot be read as a token: {error}") from error
    if not token:
        raise RequestInvalid(f"{file} is empty; put a long random word into it")
    return _sendable(token, str(file))


def find_key(name: str, host: str, home: str = "") -> str:
    """Return the key of a name for a host; empty if there is none.

    Looked for in the file that UNMASK_<NAME>_KEY_FILE names, in UNMASK_<NAME>_KEY, in the keyring.
    `home` is the host of a key that names none; UNMASK_<NAME>_KEY_HOST names another one. Raises
    RequestInvalid for a key in the environment that belongs to no host.
    """
    variable = f"UNMASK_{re.sub(r'[^A-Z0-9]+', '_', name.upper())}_KEY"
    file, given = os.environ.get(f"{variable}_FILE"), os.environ.get(variable, "").strip()
    owner = os.environ.get(f"{variable}_HOST", home).strip().lower()
    if (file or given) and not owner:
        raise RequestInvalid(f"{variable} names no host; put {host} into {variable}_HOST")
    if (file or given) and owner == host:
        return read_token(Path(file).expanduser()) if file else _sendable(given, variable)
    entries = (f"{name}@{host}", *((name,) if host == home else ()))
    return next((_sendable(key, entry) for entry in entries if (key := from_keyring(entry))), "")


def from_keyring(name: str) -> str:
    """Return what the keyring has under a name; empty if it has nothing, or there is no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(SERVICE, name) or "").strip()
    except KeyringError:
        return ""


def _sendable(key: str, where: str) -> str:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise RequestInvalid(f"{where} holds more than one word of ASCII; give only the key")
    return key
