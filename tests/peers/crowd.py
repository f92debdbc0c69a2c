# SPDX-License-Identifier: LGPL-2.1-or-later
"""A daymarkd with many users and one watcher of each, all on one UDP socket,
who remember every document that they were shown and when."""
import os
import re
import socket
import subprocess
import threading
import time

from peerlib import free_port, program, wait_for

PACE = 200  # SUBSCRIBEs under way


class Crowd:
    """history: (moment, user, note), each time that it changed."""

    def __init__(self, port, users, expires_s=3600):
        self.users, self.expires_s = users, expires_s
        self.history, self.shown, self.by_user, self.bodies = [], {}, {}, {}
        self.failed = None
        self.accepted = set()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.connect(('127.0.0.1', port))
        threading.Thread(target=self.listen, daemon=True).start()
        self.join(60 + len(users) / 20)

    def subscribe(self, number, user):
        here = '%s:%d' % self.socket.getsockname()
        self.socket.send('\r\n'.join([
            f'SUBSCRIBE sip:{user} SIP/2.0', f'Via: SIP/2.0/UDP {here};branch=z9hG4bKc{number}x{time.monotonic_ns()}',
            f'From: <sip:watcher@elsewhere.test>;tag=c{number}', f'To: <sip:{user}>', f'Call-ID: {number}@crowd',
            f'CSeq: {time.monotonic_ns() // 1000000 % 2 ** 31} SUBSCRIBE', f'Contact: <sip:{here}>', 'Max-Forwards: 70',
            'Event: presence', f'Expires: {self.expires_s}', 'Content-Length: 0', '', '']).encode())

    def join(self, seconds):
        """Says it again to whom nobody answered, as UDP wants it."""
        end = time.monotonic() + seconds
        while len(self.accepted) < len(self.users):
            missing = [(n, u) for n, u in enumerate(self.users) if n not in self.accepted][:PACE]
            for number, user in missing:
                self.subscribe(number, user)
            until = time.monotonic() + 2
            while time.monotonic() < until and any(n not in self.accepted for n, _ in missing):
                time.sleep(.01)
            if time.monotonic() > end or self.failed:
                raise TimeoutError(f'{len(self.accepted)} of {len(self.users)} are watched {self.failed or ""}')

    def listen(self):
        while True:
            try:
                text = self.socket.recv(65536).decode()
            except ConnectionRefusedError:
                continue
            except OSError:
                return
            if text.startswith('NOTIFY'):
                self.on_notify(text)
            elif text.startswith('SIP/2.0 2'):
                self.accepted.add(int(re.search(r'^Call-ID: (\d+)@', text, re.M | re.I)[1]))
            else:
                self.failed = text.splitlines()[0]

    def on_notify(self, text):
        came = time.time()
        head, _, body = text.partition('\r\n\r\n')
        kept = [line for line in head.split('\r\n') if re.match(r'(?i)(via|from|to|call-id|cseq|v|f|t|i):', line)]
        self.socket.send(('\r\n'.join(['SIP/2.0 200 OK', *kept, 'Content-Length: 0', '', ''])).encode())
        number = int(re.search(r'^(?:Call-ID|i): (\d+)@', head, re.M | re.I)[1])
        notes = re.findall(r'<(?:\w+:)?note[^>]*>([^<]*)<', body)
        note = notes[0] if notes else ''
        user = self.users[number]
        self.bodies[user] = body
        if self.shown.get(user) != note:
            self.history.append((came, user, note))
            self.by_user.setdefault(user, []).append((came, note))
        self.shown[user] = note

    def notes(self, user):
        return self.by_user.get(user, [])

    def all_show(self, want):
        """want: by user, the beginning of the note."""
        return all(self.shown.get(u, 'nothing').startswith(n) for u, n in want.items())

    def who_does_not(self, want):
        return [(u, self.shown.get(u)) for u, n in want.items() if not self.shown.get(u, '').startswith(n)][:3]

    def until(self, want, seconds, what):
        began = time.time()
        try:
            wait_for(lambda: time.sleep(.05) or self.all_show(want), seconds, what)
        except TimeoutError as late:
            raise TimeoutError(f'{late}: {self.who_does_not(want)}') from None
        return time.time() - began

    def close(self):
        self.socket.close()


class Hosted:
    """daymarkd with these gateways and users; server: lines of its own,
    wishes: what follows some of the users, parameters as in modparam,
    a list where there are several."""

    def __init__(self, house, gateways, users, server=(), env=None, wishes=(), **parameters):
        self.port = free_port()
        self.control = house.path('control')
        lines = [f'listen = udp:127.0.0.1:{self.port}', 'domain = example.com', 'source_rate = 0', 'anonymous = yes', *server,
                 f'mpath "{os.path.dirname(program(".libs/daymark.so"))}"', 'loadmodule "daymark.so"']
        lines += [f'modparam("daymark", "gateway", "{text}")' for text in gateways]
        people = ''.join(f'sip:{u} {dict(wishes).get(u, "")}\n' for u in users)
        parameters = {'users': house.write('users', people), 'control': self.control,
                      'ledger': '-', 'overrides': '-', 'log_level': 'warn', 'timezone': 'UTC', **parameters}
        lines += [f'modparam("daymark", "{name}", "{one}")' for name, value in parameters.items()
                  for one in (value if isinstance(value, list) else [value])]
        self.program = house.start([program('daymarkd'), '-f', house.write('daymarkd.conf', '\n'.join(lines) + '\n')], env=env)
        self.users = users

    def ctl(self, *words):
        return subprocess.run([program('daymarkctl'), '-s', self.control, *words], capture_output=True, text=True).stdout

    def metrics(self):
        return {name: float(value) for name, value in re.findall(r'^(\S+) ([-+0-9.einf]+)$', self.ctl('metrics'), re.M)}

    def metric(self, name, label):
        """As daymark_users{state="LIVE"}; 0 if there is none."""
        return int(self.metrics().get(f'daymark_{name}{{{label}}}', 0))

    def live(self):
        return self.metric('users', 'state="LIVE"')

    def wait_live(self, seconds):
        began = time.time()
        wait_for(lambda: time.sleep(.2) or self.live() >= len(self.users), seconds, f'{len(self.users)} live calendars')
        return time.time() - began
