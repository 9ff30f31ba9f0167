"""http_cases.py RUNNER ARGUMENTS...: the runner of the shared HTTP cases, but for one thing. At the
end of a case it closes sockets that its threads still read and write; the pipe of the next case's
client may get the number of one, and then loses bytes to such a thread, or has a record of its
written into it (both were seen). Here they are shut down, and closed by whoever holds them last."""
import importlib.util
import socket
import sys

spec = importlib.util.spec_from_file_location("runner", sys.argv[1])
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)


def end(server):
    server.stop = True
    for one in server.socks:
        try:
            socket.socket.shutdown(one, socket.SHUT_RDWR)
        except (OSError, ValueError):
            pass


runner.Server.close = end
del sys.argv[0]
runner.main()
