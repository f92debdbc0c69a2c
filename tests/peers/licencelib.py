# SPDX-License-Identifier: LGPL-2.1-or-later
"""daymarkd over a real directory, and a client of the test's own that watches
and asks: what the tests of licences share."""
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import time

from peerlib import PATIENCE_S, free_port, program

DOMAIN, SECRET, EWS_SECRET = 'example.test', 'shown-to-nobody', 'exchange-secret'
WATCHER = 'watcher'


def account_line(name):
    """As daymarkctl account makes it, without a process for each."""
    text = f'{name}:{DOMAIN}:{SECRET}'.encode()
    return f'{name}@{DOMAIN}:{DOMAIN}:{hashlib.md5(text).hexdigest()}:{hashlib.sha256(text).hexdigest()}\n'


class Daymark:
    """slapd: any server that says by its fields where to look and by its
    secret how; directory: fields of the directive put behind those; more:
    lines of the configuration."""

    def __init__(self, house, slapd, ews, names, directory='breaker=100000', more=(), gateway=''):
        self.house, self.port = house, free_port()
        self.accounts = house.write('accounts', ''.join(account_line(name) for name in names))
        self.ews, self.slapd, self.gateway = ews, slapd, gateway
        self.configure(directory, more)
        self.start()

    def configure(self, directory, more=()):
        house = self.house
        directory = (f'name=corp uri={self.slapd.uri} {self.slapd.fields} '
                     f'secret=file:{house.write("watch.secret", self.slapd.secret)} '
                     f'state={house.path("directory.state")} {directory}')
        lines = [f'listen = udp:127.0.0.1:{self.port}', f'listen = tcp:127.0.0.1:{self.port}',
                 f'domain = {DOMAIN}', f'accounts = {self.accounts}', f'admin = {WATCHER}@{DOMAIN}',
                 'source_rate = 0', 'min_expires = 1',
                 f'mpath "{os.path.dirname(program(".libs/daymark.so"))}"', 'loadmodule "daymark.so"',
                 f'modparam("daymark", "gateway", "name=hq host=127.0.0.1 port={self.ews} tls=no account=svc '
                 f'secret=file:{house.write("secret", EWS_SECRET)} {self.gateway}")',
                 f'modparam("daymark", "directory", "{directory}")',
                 f'modparam("daymark", "ledger", "{house.path("ledger")}")',
                 f'modparam("daymark", "control", "{house.path("control")}")', *more]
        self.file = house.write('daymark.conf', '\n'.join(lines) + '\n')

    def start(self):
        self.program = self.house.start([program('daymarkd'), '-f', self.file])
        self.program.expect(r'\bready\b', 20)

    def kill(self):
        """As the power does it."""
        self.program.stop(signal.SIGKILL)

    def ask(self, *words):
        done = subprocess.run([program('daymarkctl'), '-s', self.house.path('control'), *words],
                              capture_output=True, text=True)
        return done.stdout + done.stderr

    def tell(self, *words):
        """As ask(), of what must be obeyed, as JSON."""
        done = subprocess.run([program('daymarkctl'), '-s', self.house.path('control'), '--json', *words],
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f'{words}: {done.returncode} {done.stdout}{done.stderr}')
        return json.loads(done.stdout)

    def licences(self):
        """Who has what: of each name the word of its state."""
        return {row['user'].split(':')[1].split('@')[0]: row['licence'] for row in self.tell('licences')['users']}

    def live(self):
        self.program.read(0)
        found = re.search(r'receiving changes\s+(\d+)', self.ask('status'))
        return int(found[1]) if found else 0

    def says(self, pattern, seconds=5, since=0):
        return self.program.expect(pattern, seconds, since)

    def mark(self):
        self.program.read(0)
        return len(self.program.text)


class Sip:
    """A client of the test's own: watches and asks over UDP, with Digest."""
    transport = 'UDP'

    def __init__(self, port, name):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.connect(('127.0.0.1', port))
        self.local, self.name, self.number = self.socket.getsockname()[1], name, 0
        self.inbox = []  # (moment, NOTIFY)

    def send(self, method, entity, call, more, authorization=''):
        self.number += 1
        uri = f'sip:{DOMAIN}' if method == 'REGISTER' else f'sip:{entity}@{DOMAIN}'
        to = f'sip:{self.name}@{DOMAIN}' if method == 'REGISTER' else uri
        self.socket.send(('\r\n'.join(filter(None, [
            f'{method} {uri} SIP/2.0', f'Via: SIP/2.0/{self.transport} 127.0.0.1:{self.local};branch=z9hG4bK{call}{self.number}',
            'Max-Forwards: 70', f'From: <sip:{self.name}@{DOMAIN}>;tag=t{call}', f'To: <{to}>',
            f'Call-ID: {call}', f'CSeq: {self.number} {method}',
            f'Contact: <sip:{self.name}@127.0.0.1:{self.local};transport={self.transport.lower()}>',
            *more, authorization, 'Content-Length: 0'])) + '\r\n\r\n').encode())
        return uri

    def receive(self, seconds):
        """The next answer; NOTIFYs are answered and kept."""
        end = time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(end - time.monotonic(), 0.0001))
            try:
                text = self.socket.recv(65536).decode()
            except (TimeoutError, ConnectionRefusedError):
                return None
            if not text.startswith('NOTIFY'):
                return text
            self.inbox.append((time.time(), text))
            keep = re.findall(r'^(?:Via|From|To|Call-ID|CSeq): .*$', text, re.M)
            self.socket.send(('SIP/2.0 200 OK\r\n' + '\r\n'.join(k.strip() for k in keep) +
                              '\r\nContent-Length: 0\r\n\r\n').encode())

    def ask(self, method, entity, call, *more):
        """The status of the final answer, after the challenge."""
        uri = self.send(method, entity, call, more)
        answer = self.receive(PATIENCE_S) or ''
        if answer.startswith('SIP/2.0 401'):
            challenge = next(line for line in answer.split('\r\n') if 'algorithm=MD5' in line)
            nonce = re.search(r'nonce="([^"]*)"', challenge)[1]

            def md5(text):
                return hashlib.md5(text.encode()).hexdigest()

            first, second = md5(f'{self.name}:{DOMAIN}:{SECRET}'), md5(f'{method}:{uri}')
            response = md5(f'{first}:{nonce}:00000001:c:auth:{second}')
            self.send(method, entity, call, more,
                      f'Authorization: Digest username="{self.name}", realm="{DOMAIN}", nonce="{nonce}", uri="{uri}", '
                      f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"')
            answer = self.receive(PATIENCE_S)
        return int(answer.split()[1]) if answer else 0

    def notified(self, pattern, seconds, what):
        """When the first such NOTIFY came."""
        end = time.monotonic() + max(seconds, PATIENCE_S)
        while True:
            for came, text in self.inbox:
                if re.search(pattern, text, re.S):
                    return came
            if time.monotonic() > end:
                raise TimeoutError(f'{what}: {[t[-300:] for _, t in self.inbox]}')
            self.receive(0.02)
