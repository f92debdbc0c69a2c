# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts daymark-exchange for a test with a real client."""
import contextlib
import json
import os
import re
import socket
import subprocess
import tempfile
import time
import urllib.request

from peerlib import PATIENCE_S, free_port, missing


def program():
    path = os.environ.get('DAYMARK_EXCHANGE') or os.path.join(
        os.environ.get('DAYMARK_BUILD', '.'), 'tests', 'exchange', 'daymark-exchange')
    if not os.access(path, os.X_OK):
        missing('daymark-exchange')
    return path


def listens(number):
    end = time.monotonic() + PATIENCE_S
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
    number = free_port()
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


class Simulator:
    """A simulator with a control port; with Simulator(...) as exchange. The
    people are as above; lines are more of the configuration."""

    def __init__(self, version='Exchange2016', people=('ann', 'bob'), lines=(), server=''):
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}/EWS/Exchange.asmx'
        self.control = f'http://127.0.0.1:{free_port()}/'
        self.lines = [f'server ex1 port {self.port} version {version} {server}',
                      'account svc secret impersonates *']
        for who in people:
            self.lines.append(f'mailbox {who}@example.com ex1 name {who.capitalize()}')
            self.lines.append(f'account {who}@example.com secret mailbox {who}@example.com')
        self.lines += lines

    def do(self, *lines):
        with urllib.request.urlopen(self.control, '\n'.join(lines).encode(), timeout=PATIENCE_S) as reply:
            answer = json.load(reply)
        assert answer.get('ok', True), answer
        return answer

    def __enter__(self):
        with tempfile.NamedTemporaryFile('w', suffix='.conf') as config:
            config.write('\n'.join(self.lines) + '\n')
            config.flush()
            number = int(self.control.rstrip('/').rsplit(':', 1)[1])
            self.process = subprocess.Popen([program(), '-c', config.name, '--control', str(number)],
                                            stdout=subprocess.DEVNULL)
            listens(self.port)
            listens(number)
        return self

    def __exit__(self, *what):
        self.process.terminate()
        status = self.process.wait(PATIENCE_S)
        assert status == 0 or what[0], f'the simulator ended with {status}'


class Exchange:
    """daymark-exchange with a configuration of the test's own, its urls by
    name of server, and its control port."""

    def __init__(self, house, *lines, env=None):
        argv = [program(), '--config', house.write('exchange.conf', '\n'.join(lines) + '\n'), '--control', '0']
        self.process = house.start(argv, env=env)
        match, _ = self.process.expect(r'^control (\S+)')
        self.control = match[1]
        self.urls = dict(re.findall(r'^server (\S+) (\S+)', self.process.text, re.M))

    def do(self, *lines):
        request = urllib.request.Request(self.control, '\n'.join(lines).encode())
        return json.load(urllib.request.urlopen(request, timeout=PATIENCE_S))

    def port(self, server):
        return int(re.search(r':(\d+)/', self.urls[server])[1])

    def operations(self, server):
        """How often each was asked, since the beginning."""
        counted = self.do('stats')['servers'][server]
        return dict(counted['operations'], requests=counted['requests'])
