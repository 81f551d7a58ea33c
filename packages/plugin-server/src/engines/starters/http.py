"""Starts a plugin's HTTP server: `python http.py FOLDER`. Run by the plugin's own interpreter; plugin and SDK unchanged.

Does what `noxus plugin serve --path FOLDER --host 127.0.0.1 --port 0` does, with three differences:

- The command line library is not imported.
- The listening socket has TCP_NODELAY, which every accepted connection inherits. Without it head and body of an answer
  leave as two segments, and the second waits 40 ms for the reader's delayed ACK.
- A connection survives a node's exception. Otherwise it is closed, unannounced, after the answer 500, and the next call
  that was already on its way on it is lost.
"""

import gc
import logging
import os
import socket
import sys
from pathlib import Path


def without_plugin_path():
    """Takes this file's folder and the plugin's off `sys.path`; returns the plugin's entries.

    The plugin's folder is put back before the plugin is imported: while the SDK is, a `queue.py` or `types.py` of the
    plugin would stand in for Python's own.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    plugin = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.path[:] = [entry for entry in sys.path if entry != here and entry not in plugin]
    return plugin


def contained(app):
    """The app, without the exceptions that it raises after it has answered: they are logged, as uvicorn would."""
    log = logging.getLogger("uvicorn.error")

    async def call(scope, receive, send):
        answered = False

        async def watched(message):
            nonlocal answered
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                answered = True

        try:
            await app(scope, receive, watched)
        except Exception as error:
            if not answered:
                raise
            log.error("Exception in ASGI application\n", exc_info=error)

    return call


def main():
    plugin_path = without_plugin_path()
    # Importing makes many objects and no garbage: collections during it cost a tenth of the start.
    gc.disable()
    from noxus_sdk.plugins import serve
    from noxus_sdk.utils import setup_logging

    gc.freeze()
    gc.enable()

    class Server(serve.Server):
        def run(self, sockets=None):
            for listening in sockets or ():
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.config.app = contained(self.config.app)
            return super().run(sockets=sockets)

    serve.Server = Server
    setup_logging("INFO")
    sys.path[:0] = plugin_path
    serve.serve_plugin(Path(sys.argv[1]), host="127.0.0.1", port=0, print_port=True)


if __name__ == "__main__":
    main()
