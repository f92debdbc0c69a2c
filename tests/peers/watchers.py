# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real SIP clients as watchers, each told apart by what it shows a person.

A watcher logs in over udp, tcp or tls with Digest, subscribes to its buddies,
and tells when it began to show a state: shows('busy') gives the moment at
which its own line or window said so."""
import os
import time

from peerlib import PATIENCE_S, free_port, program


class Watcher:
    words = {}  # of ours -> a pattern of theirs

    def __init__(self, house, transport, port, ca=None):
        self.house, self.transport, self.server_port, self.ca = house, transport, port, ca
        self.name = f'{type(self).__name__.lower()} over {transport}'
        self.home = f'{type(self).__name__.lower()}-{transport}'
        self.port, self.seen = free_port(), 0

    def mark(self):
        """What was shown so far does not count any more."""
        self.program.read()
        self.seen = len(self.program.text)

    def shows(self, word, buddy, seconds=10):
        """Wall clock of the moment since the last mark at which it said so."""
        match, came = self.program.expect(self.pattern(self.words[word], buddy), seconds, self.seen)
        self.seen = match.end()
        return came

    def shows_first(self, word, buddy, seconds=10):
        """The state that it was told on subscribing."""
        self.shows(word, buddy, seconds)

    def start(self, user, secret, domain, buddies):
        raise NotImplementedError

    def pattern(self, state, buddy):
        raise NotImplementedError


class Baresip(Watcher):
    regint_s = 300
    words = {'available': 'Online', 'busy': 'Busy', 'meeting': 'Busy', 'oof': 'Offline', 'offline': 'Offline',
             'unknown': 'Unknown'}

    def pattern(self, state, buddy):
        return rf'<sip:{buddy}> changed status from \S+ to \S*{state}'

    def shows_first(self, word, buddy, seconds=10):
        """It says nothing of the first state; its list of contacts does."""
        end = time.monotonic() + max(seconds, PATIENCE_S)
        while True:
            self.mark()
            self.program.send('/contacts')
            match, _ = self.program.expect(rf'([A-Z][a-z]+)\S*\s+\S+ <sip:{buddy}>', seconds, self.seen)
            if match[1] == self.words[word]:
                return
            if time.monotonic() > end:
                raise TimeoutError(f'shows {match[1]}, not {self.words[word]}')
            self.program.read(0.2)

    def start(self, user, secret, domain, buddies):
        write = self.house.write
        write(f'{self.home}/accounts',
              f'<sip:{user}@{domain}>;auth_user={user};auth_pass={secret};regint={self.regint_s};pubint=0;'
              f'outbound="sip:127.0.0.1:{self.server_port};transport={self.transport}"\n')
        write(f'{self.home}/contacts', ''.join(f'"{b}" <sip:{b}>;presence=p2p\n' for b in buddies))
        modules = '/usr/lib/baresip/modules'
        lines = [f'sip_listen 127.0.0.1:{self.port}', 'net_interface 127.0.0.1', 'call_max_calls 1',
                 f'module_path {modules}', 'module stdio.so', 'module g711.so', 'module ausine.so',
                 'module_tmp account.so', 'module_app contact.so', 'module_app menu.so',
                 'module_app presence.so', 'audio_source ausine,440']
        if self.ca:
            lines += [f'sip_cafile {self.ca}', 'sip_verify_server yes']
        write(f'{self.home}/config', '\n'.join(lines) + '\n')
        self.program = self.house.start(['baresip', '-f', self.house.path(self.home)], terminal=True)
        self.program.expect('registered successfully', 15)
        return self


class Linphonec(Watcher):
    words = {'available': 'Online', 'busy': 'Busy', 'meeting': 'Busy', 'oof': 'Away', 'offline': 'Offline'}

    def pattern(self, state, buddy):
        return rf'Friend "[^"]*" <sip:{buddy}> is {state}'

    def configuration(self, user, secret, domain, buddies):
        ports = {t: -1 if t == self.transport else 0 for t in ('udp', 'tcp', 'tls')}
        if self.transport == 'udp':
            ports['udp'] = self.port
        # Its TLS compares no addresses, only names.
        host = 'localhost' if self.ca else '127.0.0.1'
        server = f'<sip:{host}:{self.server_port};transport={self.transport}>'
        tls = f'root_ca={self.ca}\nverify_server_certs=1\nverify_server_cn=1\n' if self.ca else ''
        friends = ''.join(f'[friend_{i}]\nurl="{b}" <sip:{b}>\npol=accept\nsubscribe=1\n'
                          for i, b in enumerate(buddies))
        return (f'[sip]\nsip_port={ports["udp"]}\nsip_tcp_port={ports["tcp"]}\nsip_tls_port={ports["tls"]}\n'
                f'bind_address=127.0.0.1\ndefault_proxy=0\nguess_hostname=0\nuse_ipv6=0\n'
                f'contact="{user}" <sip:{user}@{domain}>\nregister_only_when_network_is_up=0\n'
                f'auto_net_state_mon=0\npublish_presence=0\n{tls}'
                f'[net]\nmtu=1300\n[rtp]\naudio_rtp_port={self.port + 1}\n'
                f'[sound]\nplayback_dev_id=\nringer_dev_id=\ncapture_dev_id=\n'
                f'[proxy_0]\nreg_proxy={server}\nreg_route={server}\nreg_identity=sip:{user}@{domain}\n'
                f'reg_expires=300\nreg_sendregister=1\npublish=0\ndial_escape_plus=0\n'
                f'[auth_info_0]\nusername={user}\npasswd={secret}\nrealm={domain}\ndomain={domain}\n'
                f'{friends}[misc]\nstore_friends=0\n')

    def start(self, user, secret, domain, buddies):
        rc = self.house.write(f'{self.home}/linphonerc', self.configuration(user, secret, domain, buddies))
        home = self.house.path(self.home)
        os.makedirs(f'{home}/.local/share/linphone', exist_ok=True)
        self.program = self.house.start(self.command(rc, home), terminal=True,
                                        env={'HOME': home, 'TERM': 'dumb'})
        self.program.expect(self.ready, 15)
        return self

    ready = 'linphonec> '

    def command(self, rc, home):
        return ['linphonec', '-c', rc, '-d', '6', '-l', f'{home}/log']


class Lpwatch(Linphonec):
    """liblinphone, and all that its presence model holds."""
    words = {'available': r'open Online \[\]', 'busy': r'open Busy \[.*busy.*\]',
             'meeting': r'open Busy \[busy,meeting\]', 'oof': r'open Busy \[away,vacation\]',
             'offline': r'closed Offline \[\]'}
    ready = 'registered'

    def pattern(self, state, buddy):
        return rf'sip:{buddy} {state}'

    def command(self, rc, home):
        return [program('tests/peers/lpwatch'), rc, home]


class Finch(Watcher):
    """Pidgin's SIP without its windows. It knows open and closed alone."""
    words = {'available': '◯', 'busy': '⊗', 'meeting': '⊗', 'offline': '⊗'}

    def pattern(self, state, buddy):
        return f'{state} {buddy.split("@")[0]}\\b'

    def settings(self, user, secret, domain):
        def setting(name, kind, value):
            return f'<setting name="{name}" type="{kind}">{value}</setting>'
        return ('<account version="1.0"><account><protocol>prpl-simple</protocol>'
                f'<name>{user}@{domain}</name><password>{secret}</password>'
                '<statuses><status type="available" name="Available" active="true"><attributes/></status></statuses>'
                f'<settings>{setting("udp", "bool", int(self.transport == "udp"))}'
                f'{setting("dopublish", "bool", 0)}{setting("useproxy", "bool", 1)}'
                f'{setting("proxy", "string", "127.0.0.1")}{setting("port", "int", self.server_port)}</settings>'
                + ''.join(f'<settings ui="{ui}">{setting("auto-login", "bool", 1)}</settings>'
                          for ui in ('gnt-purple', 'gtk-gaim')) + '</account></account>')

    def start(self, user, secret, domain, buddies):
        write, home, account = self.house.write, self.house.path(self.home), f'{user}@{domain}'
        write(f'{self.home}/accounts.xml', self.settings(user, secret, domain))
        write(f'{self.home}/blist.xml', '<purple version="1.0"><blist><group name="Buddies">' + ''.join(
              f'<contact><buddy account="{account}" proto="prpl-simple"><name>sip:{b}</name>'
              f'<alias>{b.split("@")[0]}</alias></buddy></contact>' for b in buddies)
              + '</group></blist></purple>')
        write(f'{self.home}/prefs.xml', '<pref version="1" name="/"><pref name="purple"><pref name="network">'
              '<pref name="auto_ip" type="bool" value="0"/>'
              '<pref name="public_ip" type="string" value="127.0.0.1"/></pref></pref>'
              '<pref name="finch"><pref name="blist"><pref name="showoffline" type="bool" value="1"/></pref></pref>'
              '<pref name="pidgin"><pref name="blist"><pref name="show_offline_buddies" type="bool" value="1"/>'
              '</pref></pref></pref>')
        env = {'HOME': home, 'TERM': 'xterm', 'LC_ALL': 'C.UTF-8', 'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'}
        self.program = self.house.start(['finch', '-c', home], terminal=True, env=env)
        self.program.expect('Buddies', 15)
        return self
