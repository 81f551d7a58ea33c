"""Starts a plugin's stdio worker: `python stdio.py FOLDER`. Run by the plugin's own interpreter; plugin and SDK unchanged.

Does what `noxus plugin worker --path FOLDER` does, with three differences: the protocol has private copies of stdin and
stdout, so that nothing that the plugin or a child of it prints can fall between or into frames (it goes to stderr,
that is, the log); a line may be 128 MiB long in every release (0.5.6 ends at 64 KiB); the command line library is not
imported.
"""

import asyncio
import functools
import gc
import os
import sys
from pathlib import Path

LINE_LIMIT_BYTES = 128 * 1024 * 1024


class Overlay:
    """A module with some of its names replaced, for one other module that uses it."""

    def __init__(self, module, **replaced):
        self.__dict__.update(replaced)
        self._module = module

    def __getattr__(self, name):
        return getattr(self._module, name)


def private_streams():
    """Copies of descriptors 0 and 1 that no child inherits; 0 then reads nothing, and 1 is stderr."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def without_plugin_path():
    """Takes this file's folder and the plugin's off `sys.path`; returns the plugin's entries.

    The plugin's folder is put back before the plugin is imported: while the SDK is, a `queue.py` or `types.py` of the
    plugin would stand in for Python's own.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    plugin = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.path[:] = [entry for entry in sys.path if entry != here and entry not in plugin]
    return plugin


def main():
    requests, answers = private_streams()
    plugin_path = without_plugin_path()
    # Importing makes many objects and no garbage: collections during it cost a tenth of the start.
    gc.disable()
    from noxus_sdk.plugins import worker

    gc.freeze()
    gc.enable()

    worker.sys = Overlay(sys, stdin=requests, stdout=answers)
    worker.asyncio = Overlay(
        asyncio, StreamReader=functools.partial(asyncio.StreamReader, limit=LINE_LIMIT_BYTES)
    )
    sys.path[:0] = plugin_path
    asyncio.run(worker.run_worker(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
