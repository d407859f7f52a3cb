"""Files of YAML, read by libyaml where PyYAML was built with it: a tenth of the time of the parser in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def content_of(path: Path) -> Any:
    """What the file holds, as plain Python values. Raises yaml.YAMLError and OSError."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
