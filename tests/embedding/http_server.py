"""Pages, a health check and WebSocket on one port, by `http.server`: `python FILE [PORT]`"""

import contextlib
import http.server
import signal
import socket
import sys
import threading
from io import BufferedIOBase

import ws_handshake as ws

PAGE = ws.Response(200, {"Content-Type": "text/html", "Connection": "close"}, body=b"<p>Hello\n")
PAGES = {"/": PAGE, "/health": ws.Response(200, {"Connection": "close"}, body=b"OK\n")}


class Handler(http.server.BaseHTTPRequestHandler):
    def handle(self) -> None:
        if threading.active_count() > 200:
            return  # crowded: two threads for each connection
        # Seconds for all that follows; the `timeout` of http.server begins anew with each byte.
        self.limit = threading.Timer(5, self.connection.shutdown, [socket.SHUT_RDWR])
        self.limit.daemon = True
        self.limit.start()
        with contextlib.ExitStack() as at_end, contextlib.suppress(OSError):  # gone, or too slow
            at_end.callback(self.limit.cancel)
            super().handle()
            self.connection.shutdown(socket.SHUT_WR)
            while self.rfile.read(65536):  # closing over unread bytes would reset (RFC 9112 §9.6)
                pass

    def do_GET(self) -> None:
        try:
            request = ws.Request.from_http_server(self)
            response = PAGES.get(request.target.partition("?")[0]) or ws.build_rejection(404)
            if response is PAGE and ws.is_websocket_request(request):
                offer = ws.validate_request(request, origins=["https://example.com", None])
                chosen = ws.select_subprotocol(offer.subprotocols, ["chat"])
                response = ws.build_response(offer, subprotocol=chosen)
        except ws.HandshakeError as error:
            response = ws.build_rejection(error)
        self.wfile.write(response.to_bytes())
        if response.status == 101:
            speak(self.wfile, self.rfile)  # if that has time limits of its own: limit.cancel()


def speak(stream: BufferedIOBase, early: BufferedIOBase) -> None:
    """A framing library takes over here; what it reads first may be in `early` already."""
    stream.write(b"\x81\x05hello" + b"\x88\x02\x03\xe8")  # a text frame, then Close with 1000


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    port = int(sys.argv[1]) if sys.argv[1:] else 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.socket.listen(128)  # so many may knock at once; by default, five
        print(f"ws://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
