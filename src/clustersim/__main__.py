"""``python -m clustersim`` is the command ``clustersim``."""

from __future__ import annotations

from clustersim.cli import main

if __name__ == "__main__":
    main()
