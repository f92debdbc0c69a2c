# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real directories for the tests: an own slapd, and dir_watch upon it."""
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from peerlib import certificate, free_port, program, wait_for

PORTS = threading.Lock()
SUFFIX = 'dc=example,dc=test'
PEOPLE = 'ou=people,' + SUFFIX
GROUP = 'cn=licensed,ou=groups,' + SUFFIX
ADMIN = ('cn=admin,' + SUFFIX, 'secret')
WATCH = ('cn=watch,' + SUFFIX, 'watch')
READ = f'''access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{WATCH[0]}" read by anonymous auth by * none
'''


def ldif_user(name, ou='people', **more):
    lines = [f'dn: uid={name},ou={ou},{SUFFIX}', 'objectClass: inetOrgPerson', 'objectClass: shadowAccount',
             f'uid: {name}', f'cn: {name}', f'sn: {name}', f'mail: {name}@example.test']
    lines += [f'{key}: {value}' for key, value in more.items()]
    return '\n'.join(lines) + '\n'


def ldif_tree(users, members):
    yield f'dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: example\n'
    yield (f'dn: {WATCH[0]}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n'
           f'cn: watch\nuserPassword: {WATCH[1]}\n')
    for ou in ('people', 'leavers', 'groups'):
        yield f'dn: ou={ou},{SUFFIX}\nobjectClass: organizationalUnit\nou: {ou}\n'
    yield f'dn: ou=branch,{PEOPLE}\nobjectClass: organizationalUnit\nou: branch\n'
    yield from users
    yield ('\n'.join([f'dn: cn=inner,ou=groups,{SUFFIX}', 'objectClass: groupOfNames', 'cn: inner',
                      f'member: {WATCH[0]}']) + '\n')
    yield ('\n'.join([f'dn: {GROUP}', 'objectClass: groupOfNames', 'cn: licensed',
                      f'member: cn=inner,ou=groups,{SUFFIX}'] + [f'member: {m}' for m in members]) + '\n')


class Slapd:
    fields = f'base={PEOPLE} bind={WATCH[0]} filter=(objectClass=inetOrgPerson) address=mail mailbox=mail'
    secret = WATCH[1]

    def __init__(self, house, name, log='none', access=READ):
        self.house, self.name = house, name
        with PORTS:
            self.port = free_port()
        self.uri = f'ldap://127.0.0.1:{self.port}'
        self.directory = house.path(name)
        self.process = None
        for part in ('db', 'log'):
            os.makedirs(os.path.join(self.directory, part))
        self.log = log
        self.configure(access)

    def configure(self, access, suffix=SUFFIX):
        sessionlog = {'none': '', 'session': 'syncprov-sessionlog 10000\n',
                      'accesslog': 'syncprov-sessionlog-source cn=log\noverlay accesslog\nlogdb cn=log\n'
                                   'logops writes\nlogsuccess TRUE\n'}[self.log]
        logdb = '' if self.log != 'accesslog' else f'''database mdb
suffix cn=log
directory {self.directory}/log
rootdn {ADMIN[0]}
maxsize 268435456
index default eq
index entryCSN,objectClass,reqEnd,reqResult,reqStart,reqDN,reqEntryUUID
'''
        self.house.write(self.name + '/slapd.conf', f'''include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {self.directory}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
moduleload ppolicy
moduleload accesslog
TLSCACertificateFile {self.house.path('ca.pem')}
TLSCertificateFile {self.house.path('server.pem')}
TLSCertificateKeyFile {self.house.path('server.key')}
{logdb}database mdb
suffix {suffix}
rootdn {ADMIN[0]}
rootpw {ADMIN[1]}
directory {self.directory}/db
maxsize 1073741824
dbnosync
index objectClass,entryUUID,entryCSN,uid,member eq
limits dn.exact="{WATCH[0]}" size=unlimited time=unlimited
{access}overlay ppolicy
overlay syncprov
{sessionlog}''')

    def load(self, entries):
        ldif = self.house.write(self.name + '/load.ldif', '\n'.join(entries))
        subprocess.run(['slapadd', '-w', '-f', self.directory + '/slapd.conf', '-b', SUFFIX, '-l', ldif],
                       check=True, capture_output=True)

    def load_change(self, ldif):
        """Deletes an entry while the server is down."""
        subprocess.run(['slapmodify', '-f', self.directory + '/slapd.conf', '-b', SUFFIX],
                       input=ldif + 'changetype: delete\n', text=True, check=True, capture_output=True)

    def start(self):
        self.process = subprocess.Popen(
            ['slapd', '-f', self.directory + '/slapd.conf', '-h', self.uri, '-d', '0'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        if self not in self.house.programs:
            self.house.programs.append(self)
        wait_for(self.answers, 10, 'slapd')

    def answers(self):
        return subprocess.run(['ldapsearch', '-x', '-LLL', '-H', self.uri, '-b', '', '-s', 'base', '1.1'],
                              capture_output=True).returncode == 0

    def stop(self, how=signal.SIGINT):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    def signal(self, how):
        self.process.send_signal(how)

    def keep(self, name):
        shutil.copytree(self.directory + '/db', self.house.path(name))

    def restore(self, name):
        shutil.rmtree(self.directory + '/db')
        shutil.copytree(self.house.path(name), self.directory + '/db')

    def empty(self):
        shutil.rmtree(self.directory + '/db')
        os.makedirs(self.directory + '/db')


class Admin:
    """Changes what is in a directory, over one connection."""

    def __init__(self, house, uri, bind, secret, env=None):
        argv = ['ldapmodify', '-x', '-H', uri, '-D', bind, '-w', secret]
        self.argv, self.env = argv, dict(os.environ, **(env or {}))

    def change(self, ldif, *more):
        done = subprocess.run(self.argv + list(more), input=ldif, text=True, capture_output=True, env=self.env)
        if done.returncode:
            raise RuntimeError(done.stderr + ldif)
        return time.time()

    def add(self, ldif):
        return self.change(ldif, '-a')

    def delete(self, dn):
        return self.change(f'dn: {dn}\nchangetype: delete\n')

    def replace(self, dn, attr, *values):
        lines = ''.join(f'{attr}: {v}\n' for v in values)
        return self.change(f'dn: {dn}\nchangetype: modify\nreplace: {attr}\n{lines}')

    def member(self, what, group, dn):
        return self.change(f'dn: {group}\nchangetype: modify\n{what}: member\nmember: {dn}\n')

    def move(self, dn, rdn, above):
        return self.change(f'dn: {dn}\nchangetype: modrdn\nnewrdn: {rdn}\ndeleteoldrdn: 1\nnewsuperior: {above}\n')


class Watch:
    """dir_watch with so and so many settings; what it said since a moment."""

    def __init__(self, house, settings, env=None):
        self.program = house.start([program('tests/dir_watch'), ' '.join(settings)], stdin=subprocess.PIPE, env=env)
        self.since = 0

    def mark(self):
        self.program.read(0)
        self.since = len(self.program.text)

    def expect(self, pattern, seconds=10):
        return self.program.expect(pattern, seconds, self.since)

    def absent(self, pattern, seconds):
        """Nothing of the kind may be said for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.program.read(0.05)
        found = re.search(pattern, self.program.text[self.since:], re.M)
        if found:
            raise AssertionError(f'said {found[0]!r}')

    def order(self, line):
        self.program.process.stdin.write(line.encode() + b'\n')
        self.program.process.stdin.flush()

    def facts(self):
        self.mark()
        self.order('facts')
        match, _ = self.expect(r'^facts .*$')
        return dict(re.findall(r'(\w+)=(\S*)', match[0]))

    def stop(self, how=signal.SIGTERM):
        if how == signal.SIGTERM and self.program.process.poll() is None:
            self.order('quit')
            self.program.process.wait(60)
        self.program.stop(how)

    def count(self, pattern):
        self.program.read(0)
        return len(re.findall(pattern, self.program.text[self.since:], re.M))


def certificates(house):
    certificate(house, 'ca', ['Test CA'], authority=True)
    certificate(house, 'server', ['localhost', '127.0.0.1'], issuer='ca')


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
