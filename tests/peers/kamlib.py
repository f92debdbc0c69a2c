# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kamailio with our module and a sample configuration, for tests: started in
a directory of its own, on ports of its own, and spoken to by plain SIP."""
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from peerlib import Household, free_port, missing, program, wait_for

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(TOP, 'docs/kamailio')
MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules/'


def need_kamailio():
    if not shutil.which('kamailio'):
        missing('kamailio')
    build = os.environ.get('DAYMARK_BUILD', os.getcwd())
    if not os.path.exists(os.path.join(build, 'module/kamailio/.libs/daymark.so')):
        missing('the module for Kamailio: built without --with-kamailio-src')


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children') as file:
        return [int(p) for p in file.read().split()]


def name_of(pid):
    try:
        with open(f'/proc/{pid}/comm') as file:
            return file.read().strip()
    except OSError:
        return ''


def modparam(*words):
    module, name, value = words if len(words) == 3 else ('daymark', *words)
    if isinstance(value, str):
        value = '"' + value.replace('\\', '\\\\').replace('"', '\\"') + '"'
    return f'modparam("{module}", "{name}", {value})\n'


class Kamailio:
    """Until the household ends. users: addresses; lines: more modparams as
    (name, value), or (module, name, value); defines: -A of kamailio, where
    WITH_TLS takes the household's certificate called server; env: of its
    environment; flags: more of its arguments."""

    def __init__(self, house, exchange=None, users=(), lines=(), defines=(), sample='presence.cfg',
                 tcp=False, shm=256, env=None, flags=()):
        self.env, self.flags = env, flags
        self.house, self.exchange, self.shm = house, exchange, shm
        self.port, self.door, self.engine, self.tls_port = (free_port() for _ in range(4))
        self.ctl = house.path('kam.ctl')
        self.users, self.lines, self.sample = users, list(lines), sample
        self.defines = [f'SIP_PORT={self.port}', f'DOOR_PORT={self.door}', f'ENGINE_PORT={self.engine}',
                        f'TLS_PORT={self.tls_port}', *(['DOOR_TRANSPORT=tcp'] if tcp else []), *defines]
        if not any(d.startswith('DBURL=') for d in defines):
            self.defines.append(f'DBURL="text://{house.path("dbtext")}"')
        self.configure()

    def configure(self):
        house = self.house
        params = [('engine', program('daymark-engine')), ('control', house.path('control')),
                  ('ledger', house.path('ledger'))]
        if self.exchange:
            secret = house.write('ews-secret', 'secret')
            params.append(('gateway', f'name=hq host=127.0.0.1 port={self.exchange.port} tls=no '
                                      f'account=svc secret=file:{secret}'))
        params += [('user', f'sip:{u} mailbox={u}') for u in self.users] + self.lines
        local = ''.join(modparam(*param) for param in params)
        house.write('daymark-local.cfg', f'modparam("ctl", "binrpc", "unix:{self.ctl}")\n' + local)
        build = os.path.dirname(program('module/kamailio/.libs/daymark.so'))
        with open(os.path.join(SAMPLES, self.sample)) as file:
            text = file.read()
        self.config = house.write('kamailio.cfg', text.replace(
            '\nloadmodule', f'\nmpath="{MODULES}:{build}/"\nlog_stderror=yes\nloadmodule', 1))

    def argv(self, *more):
        return ['kamailio', '-f', self.config, *[a for d in self.defines for a in ('-A', d)], *more]

    def check(self):
        return subprocess.run(self.argv('-c'), capture_output=True, text=True, timeout=60)

    def start(self):
        self.program = self.house.start(self.argv(
            *self.flags, '-DD', '-E', '-m', str(self.shm), '-M', '16', '-P', self.house.path('kam.pid'), '-Y',
            self.house.directory), env=self.env)
        self.program.expect(r'engine ready pid=(\d+)', 60)
        return self

    def engine_pid(self):
        """Of the one that runs now, 0 if none does."""
        for supervisor in children(self.program.process.pid):
            for child in children(supervisor):
                if name_of(child) == 'daymark-engine':
                    return child
        return 0

    def stop(self):
        self.program.process.send_signal(signal.SIGTERM)
        return self.program.process.wait(60)

    def rpc(self, *words):
        done = subprocess.run(['kamcmd', '-s', f'unix:{self.ctl}', '--', *words], capture_output=True, text=True,
                              timeout=60)
        return done.stdout + done.stderr

    def shm_used(self):
        return int(re.search(r'real_used: (\d+)', self.rpc('core.shmmem'))[1])


class Client:
    """A SIP user agent of a few lines, over UDP or TCP; what Kamailio sends
    by itself (NOTIFY) is answered and kept with its moment."""
    number = 0

    def __init__(self, port, user, tcp=False):
        self.server, self.user, self.tcp = ('127.0.0.1', port), user, tcp
        if tcp:
            self.socket = socket.create_connection(self.server)
        else:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(('127.0.0.1', 0))
            self.socket.connect(self.server)
        self.here = '127.0.0.1:%d' % self.socket.getsockname()[1]
        self.socket.settimeout(0.02)
        self.rest, self.notifies, self.answers, self.cseq = b'', [], {}, {}

    def request(self, method, to, headers='', body='', call=None, to_tag='', wait=30):
        """(status, text) of the final answer; status 0: none came."""
        Client.number += 1
        call = call or f'c{Client.number}-{os.getpid()}'
        self.cseq[call] = self.cseq.get(call, 0) + 1
        branch = f'z9hG4bK{call}{self.cseq[call]}{method}'
        transport = 'TCP' if self.tcp else 'UDP'
        contact = f'<sip:{self.user.split("@")[0]}@{self.here};transport={transport.lower()}>'
        text = (f'{method} sip:{to} SIP/2.0\r\nVia: SIP/2.0/{transport} {self.here};rport;branch={branch}\r\n'
                f'From: <sip:{self.user}>;tag=t{call}\r\nTo: <sip:{to}>{to_tag}\r\nCall-ID: {call}\r\n'
                f'CSeq: {self.cseq[call]} {method}\r\nContact: {contact}\r\nMax-Forwards: 70\r\n{headers}'
                f'Content-Length: {len(body)}\r\n\r\n{body}').encode()
        self.socket.send(text)
        if not wait:
            return 0, ''
        end, again = time.monotonic() + wait, time.monotonic() + 0.5
        while time.monotonic() < end:
            self.read()
            if (branch, True) in self.answers:
                return self.answers.pop((branch, True))
            if not self.tcp and time.monotonic() > again:
                self.socket.send(text)
                again += 1
        return 0, ''

    def read(self):
        try:
            data = self.socket.recv(65536)
        except (TimeoutError, ConnectionError):
            return
        if not self.tcp:
            self.take(data.decode())
            return
        self.rest += data
        while b'\r\n\r\n' in self.rest:
            head, _, tail = self.rest.partition(b'\r\n\r\n')
            length = int(re.search(rb'Content-Length: *(\d+)', head, re.I)[1])
            if len(tail) < length:
                return
            self.take((head + b'\r\n\r\n' + tail[:length]).decode())
            self.rest = tail[length:]

    def take(self, text):
        if text.startswith('SIP/2.0 '):
            status = int(text[8:11])
            branch = re.search(r'branch=([^;\s]+)', text)[1]
            if status >= 200:
                self.answers[(branch, True)] = (status, text)
            return
        self.notifies.append((time.time(), text))
        kept = re.findall(r'^((?:Via|From|To|Call-ID|CSeq):.*)\r\n', text, re.M | re.I)
        self.socket.send(('SIP/2.0 200 OK\r\n' + ''.join(k + '\r\n' for k in kept) +
                          'Content-Length: 0\r\n\r\n').encode())

    def subscribe(self, to, expires=600, call=None, to_tag='', wait=30):
        return self.request('SUBSCRIBE', to, f'Event: presence\r\nAccept: application/pidf+xml\r\n'
                            f'Expires: {expires}\r\n', call=call, to_tag=to_tag, wait=wait)

    def register(self, expires=600, wait=30):
        return self.request('REGISTER', self.user, f'Expires: {expires}\r\n', wait=wait)

    def publish(self, activity, expires=600, etag=''):
        body = ('<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" '
                'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" '
                'xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" '
                f'entity="sip:{self.user}"><tuple id="own"><status><basic>open</basic></status></tuple>'
                f'<dm:person id="p"><rpid:activities><rpid:{activity}/></rpid:activities></dm:person></presence>')
        return self.request('PUBLISH', self.user, f'Event: presence\r\nExpires: {expires}\r\n'
                            + (f'SIP-If-Match: {etag}\r\n' if etag else '')
                            + 'Content-Type: application/pidf+xml\r\n', body)

    def options(self):
        return self.request('OPTIONS', 'ping@127.0.0.1', wait=10)[0]

    def mark(self):
        self.read()
        self.notifies.clear()

    def shown(self, pattern, seconds=5):
        """(moment, text) of the first NOTIFY since the mark that says so."""
        def found():
            self.read()
            return next((n for n in self.notifies if re.search(pattern, n[1], re.S)), None)
        return wait_for(found, seconds, f'NOTIFY with {pattern}')


def dbtext(house, passwords):
    """The text tables that the sample's auth_db reads."""
    source = '/usr/share/kamailio/dbtext/kamailio'
    for name in ('version', 'subscriber', 'pua'):
        with open(os.path.join(source, name)) as file:
            text = file.read()
        if name == 'subscriber':
            columns = re.findall(r'(\w+)\(', text.splitlines()[0])
            for number, (user, password) in enumerate(passwords.items(), 1):
                values = dict.fromkeys(columns, '-')  # none may be empty
                values.update(id=str(number), username=user, domain='example.com', password=password)
                text += ':'.join(values[c] for c in columns) + '\n'
        house.write(f'dbtext/{name}', text, 0o644)


class Postgres:
    """A cluster of our own with Kamailio's tables; with Postgres() as it."""

    def __init__(self):
        homes = sorted(glob.glob('/usr/lib/postgresql/*/bin'))
        self.bin = homes[-1] if homes else ''
        self.found = bool(homes)

    def command(self, *argv):
        as_user = ['runuser', '-u', 'postgres', '--'] if os.getuid() == 0 else []  # it does not run as root
        done = subprocess.run([*as_user, *argv], capture_output=True, text=True, cwd='/')
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def sql(self, text, database='kamailio'):
        return self.command('psql', '-U', 'postgres', '-q', '-h', self.house.directory, '-p', str(self.port), '-d', database,
                            '-c', text)

    def __enter__(self):
        self.house, self.port = Household(), free_port()
        data = self.house.path('data')
        if os.getuid() == 0:
            shutil.chown(self.house.directory, 'postgres')
        os.chmod(self.house.directory, 0o755)
        self.command(f'{self.bin}/initdb', '-D', data, '-A', 'trust', '-U', 'postgres')
        self.start()
        self.sql('create database kamailio', 'postgres')
        for name in ('standard', 'auth_db', 'usrloc', 'presence'):
            self.command('psql', '-U', 'postgres', '-q', '-h', self.house.directory, '-p', str(self.port), '-d', 'kamailio', '-f',
                         f'/usr/share/kamailio/postgres/{name}-create.sql')
        self.url = f'postgres://postgres@127.0.0.1:{self.port}/kamailio'
        return self

    def start(self):
        self.command(f'{self.bin}/pg_ctl', '-D', self.house.path('data'), '-w', '-l', self.house.path('log'), '-o',
                     f'-p {self.port} -k {self.house.directory} -c listen_addresses=127.0.0.1 -c fsync=off',
                     'start')

    def stop(self):
        self.command(f'{self.bin}/pg_ctl', '-D', self.house.path('data'), '-m', 'fast', '-w', 'stop')

    def empty(self):
        self.sql('truncate presentity, active_watchers, watchers')

    def __exit__(self, *trouble):
        self.stop()
        self.house.__exit__(*trouble)
