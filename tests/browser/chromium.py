"""The system's Chromium. Playwright's own browsers are not used: what people have is what is tested."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    # As root, which a container often is, there is no sandbox to be had.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
INSTALL = "apt-get install chromium fonts-noto-color-emoji"


def executable() -> str | None:
    """Where the browser is; None when there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def missing() -> str | None:
    """What to say where there is no browser; None where there is one."""
    if executable() is not None:
        return None
    return f"THE BROWSER TESTS DID NOT RUN: there is no Chromium on this machine. On Debian: {INSTALL}"


def must_be_there() -> bool:
    """On a machine that decides what lands, a test that did not run is a failure."""
    return os.environ.get("CI", "").lower() in ("true", "1")
