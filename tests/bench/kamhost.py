# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's Kamailio beside Daymark: by itself with a generator of PUBLISH, and
with our adapter and engine in it."""
import json
import os
import pathlib
import shutil
import subprocess
import time

from host import Host, Watchers
from kamlib import MODULES, Kamailio, children
from peerlib import Household, free_port, program, wait_for
from simulator import Exchange

CONFIG = pathlib.Path(__file__).resolve().parent / 'kamailio.cfg'
SHM_MB = 2048  # 22 kB a transaction for 5 s, of which everybody has one
MEMORY = ('-x', 'tlsf', '-X', 'tlsf')  # as docs/kamailio advises
HASHES = [('presence', 'subs_htable_size', 14), ('presence', 'pres_htable_size', 14)]


class NotHere(Exception):
    """What cannot be measured, and why."""


def need_kamailio():
    if not shutil.which('kamailio') or not os.path.exists(MODULES + 'presence.so'):
        raise NotHere('not run: Kamailio is not installed')


def need_adapter():
    need_kamailio()
    if not os.path.exists(os.path.join(os.environ.get('DAYMARK_BUILD', '.'), 'module/kamailio/.libs/daymark.so')):
        raise NotHere('not run: built without --with-kamailio-src')


class Alone:
    """Kamailio without us; with Alone() as kamailio. flags: of its program."""

    def __init__(self, flags=()):
        self.flags = flags

    def __enter__(self):
        need_kamailio()
        self.house, self.port, self.others = Household(), free_port(), []
        text = CONFIG.read_text().replace('\nloadmodule', f'\nmpath="{MODULES}"\nloadmodule', 1)
        directory = self.house.directory
        self.kamailio = self.house.start(
            ['kamailio', *self.flags, '-f', self.house.write('kamailio.cfg', text), '-A', f'SIP_PORT={self.port}', '-DD', '-E',
             '-m', str(SHM_MB), '-M', '16', '-P', f'{directory}/kam.pid', '-Y', directory])
        # The first worker has started when OPTIONS would be answered; UDP sent before waits in the socket.
        wait_for(lambda: children(self.kamailio.process.pid), 30, 'workers of Kamailio')
        return self

    def __exit__(self, *trouble):
        for other in self.others:
            other.stop()
        self.house.__exit__(*trouble)

    def watchers(self, users):
        self.others.append(Watchers(f'port={self.port}', f'users={users}', 'watchers=1'))
        return self.others[-1]

    def publisher(self, users):
        self.others.append(Publisher(f'port={self.port}', f'users={users}'))
        return self.others[-1]


class Publisher:
    """publish_load; see there."""

    def __init__(self, *options):
        self.process = subprocess.Popen([program('tests/bench/publish_load'), *options], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def round(self, count):
        self.process.stdin.write(f'{count}\n')
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError('failed: not every PUBLISH was answered')
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


class InKamailio(Host):
    """Adapter and engine, as docs/kamailio advises for very many: the same
    memory and tables as Alone, and publish_rate out of the way."""

    def start(self, server, account):
        need_adapter()
        write = self.house.write
        self.exchange = Exchange(self.house, 'server ex1 version Exchange2016', 'account svc secret impersonates *',
                                 f'mailboxes {self.users} example.com ex1',
                                 f'set ex1 subscriptions_max {self.users + 1}', 'set ex1 hanging_max 2000')
        people = ''.join(f'sip:user{n + 1:05}@example.com\n' for n in range(self.users))
        lines = [('gateway', f'name=hq host=127.0.0.1 port={self.exchange.port("ex1")} tls=no account=svc '
                             f'secret=file:{write("secret", "secret")}'),
                 ('users', write('users', people)), ('publish_rate', '100000'), ('overrides', '-'), *HASHES]
        self.began = time.time()
        self.kamailio = Kamailio(self.house, lines=lines, shm=SHM_MB, flags=MEMORY).start()
        self.port = self.kamailio.port
        self.pid = self.kamailio.engine_pid()
