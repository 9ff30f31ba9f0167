"""Runs a command on a terminal of 24 lines and 80 columns, and prints all that it wrote there: each
state of a line that was drawn anew (carriage return) as a line. Its exit code is the command's.

    terminal.py COMMAND [ARGUMENT ...]
"""
import fcntl
import os
import pty
import struct
import sys
import termios

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
output = b''
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # the other end is closed
        break
    if not piece:
        break
    output += piece
status = os.waitpid(pid, 0)[1]
text = output.decode('ascii', 'backslashreplace').replace('\r\n', '\n').replace('\r', '\n')
sys.stdout.write(text)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
