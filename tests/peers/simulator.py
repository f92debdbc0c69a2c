# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts daymark-exchange for a test with a real client."""
import contextlib
import os
import socket
import subprocess
import tempfile
import time

from peerlib import skip


def program():
    path = os.environ.get('DAYMARK_EXCHANGE') or os.path.join(
        os.environ.get('DAYMARK_BUILD', '.'), 'tests', 'exchange', 'daymark-exchange')
    if not os.access(path, os.X_OK):
        skip('daymark-exchange is not built')
    return path


def port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def listens(number, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(('127.0.0.1', number), 1).close()
            return
        except OSError:
            time.sleep(.02)
    raise TimeoutError(f'nobody listens on port {number}')


@contextlib.contextmanager
def simulator(version='Exchange2016', people=('ann', 'bob', 'carol')):
    """Yields the port of a server where svc may impersonate everybody and
    each of the people may log on with the password secret."""
    number = port()
    lines = [f'server ex1 port {number} version {version}',
             'account svc secret impersonates *']
    for who in people:
        lines.append(f'mailbox {who}@example.com ex1 name {who.capitalize()}')
        lines.append(f'account {who}@example.com secret mailbox {who}@example.com')
    with tempfile.NamedTemporaryFile('w', suffix='.conf') as config:
        config.write('\n'.join(lines) + '\n')
        config.flush()
        process = subprocess.Popen([program(), '-c', config.name], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            listens(number)
            yield number
        finally:
            process.terminate()
            process.wait()
