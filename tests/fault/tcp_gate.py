"""A gate between a client and a server: it passes bytes on, or does to them what networks do."""
import random
import select
import socket
import threading
import time

PIECE = 65536


class TcpGate:
    """Listens on a port of loopback and connects each caller to `target`.

    `mode` may be changed at any time and holds for what passes from then on:
      pass       everything as it comes
      delay      each piece 200 ms late
      pieces     one byte at a time
      garbage    bytes of noise among the real ones
      half_open  nothing more passes, and nobody is told: these connections stay dead, as behind a
                 firewall that forgot them, and only new ones are passed on later
      cut        connections are reset, new ones too
    """

    def __init__(self, target, seed=1):
        self.target = target
        self.mode = "pass"
        self.random = random.Random(seed)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = True
        self.pairs = set()
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.open:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            if self.mode == "cut":
                reset(caller)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                reset(caller)
                continue
            with self.lock:
                self.pairs.add((caller, server))
            threading.Thread(target=self.carry, args=(caller, server), daemon=True).start()

    def carry(self, caller, server):
        try:
            while self.open and self.mode != "cut":
                ready, _, _ = select.select([caller, server], [], [], 0.05)
                if self.mode == "half_open":
                    return  # the sockets stay open, for nobody
                for source in ready:
                    data = source.recv(PIECE)
                    if not data:
                        return self.end(caller, server)
                    self.hand_on(data, server if source is caller else caller)
            self.end(caller, server)
        except OSError:
            self.end(caller, server)

    def end(self, caller, server):
        reset(caller)
        reset(server)
        with self.lock:
            self.pairs.discard((caller, server))

    def hand_on(self, data, to):
        if self.mode == "delay":
            time.sleep(0.2)
        if self.mode == "garbage":
            at = self.random.randrange(len(data) + 1)
            data = data[:at] + self.random.randbytes(16) + data[at:]
        if self.mode == "pieces":
            to.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in range(len(data)):
                to.sendall(data[i:i + 1])
        else:
            to.sendall(data)

    def set(self, mode):
        self.mode = mode

    def close(self):
        self.open = False
        self.listener.close()
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            for end in pair:
                reset(end)


def reset(end):
    """Ends a connection at once, as a dead host or a firewall would."""
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        end.close()
    except OSError:
        pass
