# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real Active Directory for the tests, as Samba is one, on this machine's
loopback alone: the scripts that use it live in a network of their own."""
import base64
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import uuid

from ldaplib import Admin, Watch
from peerlib import certificate, missing, need, skip, wait_for

REALM = 'ad.example.test'
NC = 'DC=ad,DC=example,DC=test'
STAFF, LEAVERS, BRANCH = f'OU=Staff,{NC}', f'OU=Leavers,{NC}', f'OU=Branch,OU=Staff,{NC}'
GROUP, INNER = f'CN=Presence,OU=Groups,{NC}', f'CN=Inner,OU=Groups,{NC}'
PASSWORD = 'Passw0rd!x'
ADMINISTRATOR = 'administrator@' + REALM
WATCHER, WATCHER_DN = 'watcher@' + REALM, f'CN=watcher,CN=Users,{NC}'
URI = 'ldaps://127.0.0.1'
NAMED = ('disabled', 'nested', 'moved', 'renamed', 'again', 'undeleted', 'expires', 'rehomed', 'direct',
         'offline', 'outage', 'stale', 'leaver', 'branch', 'restored', 'rolled', 'unfollowed')

# The attributes by which Exchange moves mailboxes, under test OIDs.
SCHEMA = [('homeMDB', '2.5.5.12', 64), ('msExchHomeServerName', '2.5.5.12', 64)]

GRANT = '''
import sys
import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB
lp = LoadParm()
lp.load(sys.argv[1])
sam = SamDB(url=sys.argv[2], session_info=system_session(), lp=lp)
base = str(sam.domain_dn())
found = sam.search(base, expression='(sAMAccountName=%s)' % sys.argv[3], attrs=['objectSid'])
sid = ndr_unpack(security.dom_sid, found[0]['objectSid'][0])
dn = 'CN=Deleted Objects,' + base
controls = ['show_deleted:1', 'sd_flags:1:4']
was = sam.search(dn, scope=ldb.SCOPE_BASE, attrs=['nTSecurityDescriptor'], controls=controls)
domain = security.dom_sid(sam.get_domain_sid())
text = ndr_unpack(security.descriptor, was[0]['nTSecurityDescriptor'][0]).as_sddl(domain)
now = security.descriptor.from_sddl(text + '(A;CI;RPLC;;;%s)' % sid, domain)
message = ldb.Message(ldb.Dn(sam, dn))
message['x'] = ldb.MessageElement(ndr_pack(now), ldb.FLAG_MOD_REPLACE, 'nTSecurityDescriptor')
sam.modify(message, controls=controls)
'''


def sockets(directory, names):
    """What cannot be copied."""
    return [name for name in names if stat.S_ISSOCK(os.lstat(os.path.join(directory, name)).st_mode)]


class Samba:
    """One domain controller, on an address of its own."""
    secret = PASSWORD

    def __init__(self, house, name='dc1', address='127.0.0.1'):
        self.house, self.name, self.address = house, name, address
        self.uri = 'ldaps://' + address
        self.directory = house.path(name)
        self.config = self.directory + '/etc/smb.conf'
        self.sam = self.directory + '/private/sam.ldb'
        self.process = None
        self.fields = f'base={STAFF} group={GROUP} bind={WATCHER} trust={house.path("ca.pem")} address=mail mailbox=mail'

    def tool(self, *words):
        done = subprocess.run(['samba-tool', *words], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f'samba-tool {words[0]} {words[1]}: {done.stderr[-600:]}')

    def provision(self):
        self.tool('domain', 'provision', '--targetdir=' + self.directory, '--realm=' + REALM.upper(),
                  '--domain=ADEX', '--host-name=' + self.name, '--host-ip=' + self.address, '--server-role=dc',
                  '--dns-backend=SAMBA_INTERNAL', '--adminpass=' + PASSWORD, '--use-rfc2307',
                  f'--option=interfaces={self.address}/8', '--option=bind interfaces only=yes')
        self.configure()

    def join(self, other):
        """As another controller of the domain, which then has all the users."""
        self.tool('domain', 'join', REALM, 'DC', f'--server={other.name}.{REALM}', '-U', 'administrator',
                  '--password=' + PASSWORD, '--realm=' + REALM.upper(), '--targetdir=' + self.directory,
                  '--use-kerberos=off', '--dns-backend=NONE', f'--option=netbios name={self.name}',
                  f'--option=interfaces={self.address}/8', '--option=bind interfaces only=yes')
        self.configure()

    def configure(self):
        run = self.house.path(self.name + '-run')
        key = self.directory + '/private/tls-key.pem'
        shutil.copy(self.house.path('server.key'), key)
        os.chmod(key, 0o600)
        more = f'''tls enabled = yes
tls keyfile = {key}
tls certfile = {self.house.path('server.pem')}
tls cafile = {self.house.path('ca.pem')}
interfaces = {self.address}/8
bind interfaces only = yes
server services = rpc, ldap, cldap, kdc, winbindd
disable netbios = yes
pid directory = {run}
ncalrpc dir = {run}/ncalrpc
winbindd socket directory = {run}/winbindd
dsdb:schema update allowed = true
dns update command = /bin/true
nsupdate command = /bin/true
spn update command = /bin/true
'''
        os.makedirs(run, exist_ok=True)
        with open(self.config) as file:
            text = file.read()
        with open(self.config, 'w') as file:
            file.write(text.replace('[global]\n', '[global]\n' + more, 1))

    def offline(self, program_name, ldif, *more):
        subprocess.run([program_name, '-H', self.sam, '--configfile=' + self.config,
                        '--option=dsdb:schema update allowed=true', *more, '/dev/stdin'],
                       input=ldif, check=True, capture_output=True, text=True)

    def extend_schema(self):
        """The attributes by which Exchange moves mailboxes, under test OIDs."""
        schema = f'CN=Schema,CN=Configuration,{NC}'
        for number, (name, syntax, om) in enumerate(SCHEMA, 1):
            self.offline('ldbadd', f'''dn: CN={name},{schema}
objectClass: top
objectClass: attributeSchema
cn: {name}
lDAPDisplayName: {name}
attributeID: 1.3.6.1.4.1.55555.9.1.{number}
attributeSyntax: {syntax}
oMSyntax: {om}
isSingleValued: TRUE
''')
        self.offline('ldbadd', f'dn: CN=testExchUser,{schema}\nobjectClass: top\nobjectClass: classSchema\n'
                     'cn: testExchUser\nlDAPDisplayName: testExchUser\ngovernsID: 1.3.6.1.4.1.55555.9.2.1\n'
                     'objectClassCategory: 3\nsubClassOf: top\n' +
                     ''.join(f'mayContain: {name}\n' for name, _, _ in SCHEMA))
        self.offline('ldbmodify', f'dn: CN=User,{schema}\nchangetype: modify\nadd: auxiliaryClass\n'
                     'auxiliaryClass: testExchUser\n')

    def start(self):
        self.process = subprocess.Popen(
            ['samba', '-F', '--no-process-group', '--debug-stdout', '-d', '1', '-M',
             os.environ.get('DAYMARK_SAMBA_MODEL', 'single'), '-s', self.config],
            stdout=open(self.house.path(self.name + '.log'), 'a'), stderr=subprocess.STDOUT, start_new_session=True)
        if self not in self.house.programs:
            self.house.programs.append(self)
        wait_for(self.answers, 120, 'samba')

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError('samba ended: ' + open(self.house.path(self.name + '.log')).read()[-600:])
        return subprocess.run(['ldapsearch', '-x', '-LLL', '-H', self.uri, '-D', ADMINISTRATOR, '-w', PASSWORD, '-b',
                               '', '-s', 'base', '1.1'], capture_output=True, env=self.environment()).returncode == 0

    def environment(self):
        return dict(os.environ, LDAPTLS_CACERT=self.house.path('ca.pem'))

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(60)
        self.process = None

    def grant_deleted(self, account):
        subprocess.run([sys.executable, '-c', GRANT, self.config, self.sam, account], check=True,
                       capture_output=True, text=True)

    def deny_list(self, dn, account):
        """An administrator's mistake: what is below is not shown to it."""
        sid = subprocess.run(['ldbsearch', '-H', self.sam, '--configfile=' + self.config,
                              f'(sAMAccountName={account})', 'objectSid'], capture_output=True, text=True, check=True)
        ace = f"(D;CI;LC;;;{re.search('objectSid: (.*)', sid.stdout)[1]})"
        self.tool('dsacl', 'set', '-H', self.sam, '-s', self.config, '--objectdn=' + dn, '--sddl=' + ace)

    def lose(self, dns):
        """Entries that are not there, without a word of their deletion."""
        path = os.path.join(self.sam + '.d', NC.upper() + '.ldb')
        subprocess.run(['ldbdel', '-H', path, *dns], check=True, capture_output=True, text=True)

    def import_anew(self, count):
        """All of tree() deleted, and made again: every objectGUID is another; the server is stopped."""
        for dn in (STAFF, LEAVERS, f'OU=Groups,{NC}'):
            subprocess.run(['ldbdel', '-H', self.sam, '--configfile=' + self.config, '-r', dn], check=True,
                           capture_output=True, text=True)
        self.offline('ldbadd', tree(count))

    def keep(self, name):
        """A backup, as a snapshot of the machine would be; the server is stopped."""
        shutil.copytree(self.directory, self.house.path(name), ignore=sockets)

    def restore(self, name):
        shutil.rmtree(self.directory)
        shutil.copytree(self.house.path(name), self.directory)


    def ticket(self, account):
        """What a client needs to log in as it by Kerberos, as environment."""
        config = self.house.write('krb5.conf', f'''[libdefaults]
default_realm = {REALM.upper()}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
udp_preference_limit = 1
[realms]
{REALM.upper()} = {{
kdc = {self.address}:88
}}
[domain_realm]
.{REALM} = {REALM.upper()}
''')
        keytab = self.house.path('keytab')
        self.tool('spn', 'add', f'ldap/{self.name}.{REALM}', self.name + '$', '-H', self.sam, '-s', self.config)
        self.tool('domain', 'exportkeytab', keytab, f'--principal={account}@{REALM.upper()}', '-s', self.config)
        environment = {'KRB5_CONFIG': config, 'KRB5CCNAME': 'FILE:' + self.house.path('tickets')}
        done = subprocess.run(['kinit', '-k', '-t', keytab, f'{account}@{REALM.upper()}'], capture_output=True,
                              text=True, env=dict(os.environ, **environment))
        if done.returncode:
            raise RuntimeError('kinit: ' + done.stderr)
        return environment


def user(name, above=STAFF):
    return f'''dn: CN={name},{above}
objectClass: user
cn: {name}
sAMAccountName: {name}
userPrincipalName: {name}@{REALM}
mail: {name}@example.test
proxyAddresses: SMTP:{name}@example.test
proxyAddresses: sip:{name}@example.test
userAccountControl: 544
'''


def tree(count):
    """NAMED and b0 up to so many, all of them in the group."""
    entries = []
    for dn in (STAFF, LEAVERS, BRANCH, f'OU=Groups,{NC}'):
        entries.append(f'dn: {dn}\nobjectClass: organizationalUnit\n')
    everybody = list(NAMED) + [f'b{i}' for i in range(count)]
    entries += [user(name, BRANCH if name == 'branch' else STAFF) for name in everybody]
    entries.append(f'dn: {INNER}\nobjectClass: group\nsAMAccountName: Inner\nmember: CN=nested,{STAFF}\n')
    members = [f'CN={n},{BRANCH if n == "branch" else STAFF}' for n in everybody if n != 'nested']
    entries.append(f'dn: {GROUP}\nobjectClass: group\nsAMAccountName: Presence\nmember: {INNER}\n' +
                   ''.join(f'member: {m}\n' for m in members))
    return '\n'.join(entries)


class Domain:
    """A controller with so many users, and what is needed to watch it. What
    was provisioned is kept in DAYMARK_SAMBA_COPY, if that is set: thousands
    of users take minutes."""

    def __init__(self, house, count):
        certificate(house, 'ca', ['Test CA'], authority=True)
        certificate(house, 'server', ['localhost', '127.0.0.1', '127.0.0.2', 'dc1.' + REALM, 'dc2.' + REALM],
                    issuer='ca')
        self.house, self.count = house, count
        self.samba = Samba(house)
        copies = os.environ.get('DAYMARK_SAMBA_COPY')
        copy = copies and os.path.join(copies, f'samba-{count}')
        if copy and os.path.exists(copy):
            self.take(copy)
        else:
            self.make()
        if copy and not os.path.exists(copy):
            shutil.copytree(self.samba.directory, copy, ignore=sockets)
            house.write('place', self.samba.directory)
            shutil.copy(house.path('place'), copy + '/place')
        self.samba.start()
        self.admin = self.administrator(self.samba)
        house.write('secret', PASSWORD)

    def make(self):
        self.samba.provision()
        self.samba.extend_schema()
        self.samba.offline('ldbadd', tree(self.count))
        self.samba.tool('user', 'add', 'watcher', PASSWORD, '-s', self.samba.config, '-H', self.samba.sam)

    def take(self, copy):
        shutil.copytree(copy, self.samba.directory)
        with open(copy + '/place') as place, open(self.samba.config) as config:
            before, text = place.read(), config.read()
        text = text.replace(os.path.dirname(before), self.house.directory)
        with open(self.samba.config, 'w') as config:
            config.write(text)
        key = self.samba.directory + '/private/tls-key.pem'
        shutil.copy(self.house.path('server.key'), key)
        os.makedirs(self.house.path(self.samba.name + '-run'))

    def administrator(self, samba):
        return Admin(self.house, samba.uri, ADMINISTRATOR, PASSWORD, {'LDAPTLS_CACERT': self.house.path('ca.pem')})

    def watch(self, environment=None, **more):
        settings = dict(uri=URI, base=STAFF, group=GROUP, bind=WATCHER, secret='file:' + self.house.path('secret'),
                        trust=self.house.path('ca.pem'), state=self.house.path('state'), breaker=1000,
                        sentinel=f'CN=b0,{STAFF}')
        settings.update(more)
        return Watch(self.house, [f'{k}={v}' for k, v in settings.items() if v is not None],
                     environment)

    def guid(self, dn):
        found = subprocess.run(['ldapsearch', '-x', '-LLL', '-o', 'ldif-wrap=no', '-H', URI, '-D', ADMINISTRATOR,
                                '-w', PASSWORD, '-b', dn, '-s', 'base', 'objectGUID'],
                               capture_output=True, text=True, check=True, env=self.samba.environment()).stdout
        encoded = re.search(r'objectGUID:: (\S+)', found)[1]
        return str(uuid.UUID(bytes_le=base64.b64decode(encoded)))


def alone():
    """Enters a network that nobody else has: the ports of a controller are
    fixed, and its administrator's password is no secret."""
    if os.geteuid() != 0:
        missing('root, which samba-ad-dc wants')
    need('samba', 'samba-tool', 'ldbadd', 'ldapmodify', 'unshare', 'ip')
    if '--inside' not in sys.argv:
        if subprocess.run(['unshare', '-n', '-m', 'true'], capture_output=True).returncode:
            skip('no network namespace for the domain controller')
        os.execvp('unshare', ['unshare', '-n', '-m', sys.executable, os.path.abspath(sys.argv[0]), '--inside', *sys.argv[1:]])
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)


def name_controllers(house):
    """Kerberos goes by names; this file is ours alone too."""
    hosts = house.write('hosts', f'127.0.0.1 dc1.{REALM} dc1 localhost\n127.0.0.2 dc2.{REALM} dc2\n', 0o644)
    subprocess.run(['mount', '--bind', hosts, '/etc/hosts'], check=True)
