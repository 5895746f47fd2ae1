"""What a publisher's config.json says."""

import json
from pathlib import Path
from typing import Any

from unmask_model.protocol.errors import WeightsInvalid


def read_config(file: Path) -> dict[str, Any]:
    """Return its fields; raise WeightsInvalid where it names no model type."""
    try:
        fields: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        fields["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsInvalid(f"{file} is not a model configuration: {error!r}") from error
    return fields
