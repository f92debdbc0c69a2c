# SPDX-License-Identifier: LGPL-2.1-or-later
"""A daymarkd that follows the calendars of a daymark-exchange, and very many
watchers of it: what the figures of tools/bench are taken from."""
import json
import os
import re
import struct
import subprocess
import time

from peerlib import Household, free_port, program, wait_for
from simulator import Exchange

PAGE = os.sysconf('SC_PAGE_SIZE')


def preloaded(name, **environment):
    """What a program needs in its environment for tests/bench/NAME.c."""
    asan = os.environ.get('ASAN_OPTIONS', '')
    return {'LD_PRELOAD': os.path.abspath(program(f'tests/bench/.libs/{name}.so')),
            'ASAN_OPTIONS': f'{asan}:verify_asan_link_order=0', **{k: str(v) for k, v in environment.items()}}


class Watchers:
    """watch_load; see there for what it can be asked."""

    def __init__(self, *options):
        self.process = subprocess.Popen([program('tests/bench/watch_load'), *options], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError('failed: not all watchers could subscribe')
        self.subscribed = json.loads(line)
        self.traced = []

    def ask(self, word):
        self.process.stdin.write(word + '\n')
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            if line.startswith('{'):
                return json.loads(line)
            user, moment = line.split()
            self.traced.append((int(user), float(moment)))

    def trace(self):
        self.process.stdin.write('trace\n')
        self.process.stdin.flush()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Host:
    def __init__(self, users, server='', account='', env=None):
        """env: of daymarkd and of the simulator, such as preloaded()."""
        self.users = users
        self.env = env
        self.house = Household()
        self.watching = []
        try:
            self.start(server, account)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        self.stop()

    def stop(self):
        for watchers in self.watching:
            watchers.stop()
        self.house.__exit__()

    def start(self, server, account):
        write = self.house.write
        self.exchange = Exchange(self.house, 'server ex1 version Exchange2016', 'account svc secret impersonates *',
                                 f'mailboxes {self.users} example.com ex1',
                                 f'set ex1 subscriptions_max {self.users + 1}', 'set ex1 hanging_max 2000',
                                 env=self.env)
        self.port = free_port()
        lines = [f'listen = udp:127.0.0.1:{self.port}', 'domain = example.com', 'source_rate = 0', server,
                 f'mpath "{os.path.dirname(program(".libs/daymark.so"))}"', 'loadmodule "daymark.so"',
                 f'modparam("daymark", "gateway", "name=hq host=127.0.0.1 port={self.exchange.port("ex1")} tls=no '
                 f'account=svc secret=file:{write("secret", "secret")} auth=basic")']
        people = ''.join(f'sip:user{n + 1:05}@example.com\n' for n in range(self.users))
        parameters = {'users': write('users', people), 'control': self.house.path('control'), 'ledger': '-',
                      'overrides': '-', 'log_level': 'warn'}
        lines += [f'modparam("daymark", "{name}", "{value}")' for name, value in parameters.items()]
        if account:
            lines.append(f'accounts = {write("accounts", account)}')
        else:
            lines.append('anonymous = yes')
        self.began = time.time()
        env = self.env or preloaded('loop_watch', LOOP_WATCH=self.house.path('loop'))
        self.daymarkd = self.house.start([program('daymarkd'), '-f', write('daymarkd.conf', '\n'.join(lines) + '\n')],
                                         env=env)
        self.pid = self.daymarkd.process.pid

    def metrics(self):
        told = subprocess.run([program('daymarkctl'), '-s', self.house.path('control'), 'metrics'],
                              capture_output=True, text=True)
        return dict(re.findall(r'^(\S+) ([-+0-9.einf]+)$', told.stdout, re.M))

    def live(self):
        """Calendars that were read and whose changes are told. To tell metrics
        daymarkd looks at all users, so it is asked only once that may be so."""
        if self.requests().get('Subscribe', 0) < self.users:
            return 0
        metrics = self.metrics()
        return min(int(float(metrics.get(f'daymark_{name}{{gateway="hq"}}', 0)))
                   for name in ('subscriptions', 'calendar_reads_total'))

    def wait_live(self, seconds):
        """Seconds from the start until all calendars were followed."""
        def live():
            time.sleep(.05)
            return self.live() >= self.users
        wait_for(live, seconds, f'{self.users} live calendars')
        self.live_s = time.time() - self.began
        return self.live_s

    def requests(self):
        return self.exchange.operations('ex1')

    def quiet(self, seconds=60):
        """Until Exchange is asked no more than what a settled daymarkd asks;
        automatic replies, which are read over minutes, set aside."""
        end = time.monotonic() + seconds
        before = 10 ** 9
        while time.monotonic() < end:
            asked = self.requests()
            now = asked['requests'] - asked.get('GetUserOofSettingsRequest', 0)
            if 0 <= now - before <= 10 + self.users / 500:
                return
            before = now
            time.sleep(1)
        raise TimeoutError(f'failed: still asking after {seconds} s')

    def watchers(self, users, each=1, *options):
        self.watching.append(Watchers(f'port={self.port}', f'users={users}', f'watchers={each}', *options))
        return self.watching[-1]

    def resident(self):
        with open(f'/proc/{self.pid}/statm') as file:
            return int(file.read().split()[1]) * PAGE

    def settled(self, seconds):
        """Resident memory after so long with nothing to do."""
        time.sleep(seconds)
        return self.resident()

    def processor_s(self):
        total = 0
        for task in os.listdir(f'/proc/{self.pid}/task'):
            with open(f'/proc/{self.pid}/task/{task}/schedstat') as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def longest_ms(self):
        """Longest round of the loop, of all that the thread did in it, by the
        clock and in processor time."""
        try:
            with open(self.house.path('loop'), 'rb') as file:
                longest, _, of_processor = struct.unpack('QQQ', file.read(24))
                return longest / 1e6, of_processor / 1e6
        except FileNotFoundError:
            return 0.0, 0.0

    def handler_ms(self):
        """Upper bound of our slowest handler, from its histogram; 0 if none was slow."""
        buckets = re.findall(r'^daymark_loop_longest_seconds_bucket{le="([^"]+)"} (\d+)', self.text(), re.M)
        total = max((int(count) for _, count in buckets), default=0)
        if not total:
            return 0.0
        return 1000 * next(float(le) for le, count in buckets if int(count) == total)

    def text(self):
        return subprocess.run([program('daymarkctl'), '-s', self.house.path('control'), 'metrics'],
                              capture_output=True, text=True).stdout

    def meeting(self, count, watchers):
        """The first count users all enter a meeting at the same second, late
        enough that all calendars are read before, however slow the machine:
        seconds until the last watcher answered, and processor seconds beyond
        what the second before it took: calendars are audited all the time."""
        asked = time.time()
        lead_s = 6 + max(count / 1500, 1.5 * self.live_s)
        start = int(asked + lead_s) + 1
        self.exchange.do(f'burst {count} Bench in {int(1000 * (start + .3 - time.time()))}ms for 2h')
        self.quiet(max(lead_s - 3, 5))
        watchers.ask('mark')
        if time.time() > start - .5:
            raise TimeoutError('failed: the meetings were not read in time')
        time.sleep(max(0, start - 1.5 - time.time()))
        before, since = self.processor_s(), time.time()
        time.sleep(max(0, start - .3 - time.time()))
        used, began = self.processor_s(), time.time()
        idle = (used - before) / (began - since)
        time.sleep(start + .5 - time.time())
        want = count * (watchers.subscribed['subscribed'] // self.watched)
        report = wait_for(lambda: self.all_told(watchers, want), 30, f'NOTIFY to {want} watchers')
        used = self.processor_s() - used - idle * (time.time() - began)
        return report['last'] - start, used, report

    watched = 1  # users that watchers watch

    @staticmethod
    def all_told(watchers, want):
        time.sleep(.1)
        report = watchers.ask('report')
        return report if report['told'] >= want else None
