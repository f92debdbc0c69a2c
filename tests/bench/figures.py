# SPDX-License-Identifier: LGPL-2.1-or-later
"""The figures of tools/bench: each part measures some and gives them by name."""
import asyncio
import json
import os
import pathlib
import re
import subprocess
import time

from host import Host
from peerlib import program

PEERS = pathlib.Path(__file__).resolve().parent.parent / 'peers'
LINGER_S = 33  # what a NOTIFY may leave behind for its retransmission


class Run:
    def __init__(self, small):
        self.small = small
        self.measured = {}
        self.longest_ms = 0.0
        self.shares = {}  # what later parts need of earlier ones

    def size(self, number):
        return max(number // 100, 100) if self.small else number

    def tell(self, name, value, **more):
        self.measured[name] = {'value': round(value, 6), **more}

    def note(self, name, value):
        self.measured[name] = value

    def leave(self, host):
        self.longest_ms = max(self.longest_ms, host.longest_ms())


def lead_s(count):
    return 6 + count / 1500


def notify_load(run, **options):
    argv = [program('tests/bench/notify_load'), *[f'{k}={v}' for k, v in options.items()]]
    return json.loads(subprocess.run(argv, check=True, capture_output=True, text=True, timeout=300).stdout)


def bare(run):
    """The bare sender, and our server without calendars."""
    load = notify_load(run, presentities=run.size(10000), rounds=5)
    run.shares['bare_per_s'] = load['bare_per_s']
    run.note('bare_udp_per_s', load['bare_per_s'])
    run.note('notify_without_calendars_per_s', load['notify_per_s'])
    run.note('notify_without_calendars_cpu_us', load['notify_cpu_us'])


def ten_thousand(run):
    """First sync, transitions of 10,000, and delays of events."""
    count = run.size(10000)
    with Host(count) as host:
        took = host.wait_live(180)
        asked = host.requests()
        run.tell('sync_10000_requests', asked['requests'])
        run.note('sync_10000_operations', {k: v for k, v in asked.items() if v})
        run.shares['sync'] = took, asked, host
        run.note('sync_10000_s', round(took, 3))
        curl_s = curl(host, count)
        run.tell('sync_10000_vs_bare', took / curl_s)
        run.note('sync_10000_bare_s', round(curl_s, 3))
        host.watched = count
        watchers = host.watchers(count)
        took, used, report = host.meeting(count, lead_s(count), watchers)
        run.shares['notify_per_s'] = report['told'] / took
        run.note('transitions_notified_per_s', round(report['told'] / took))
        run.note('transition_cpu_us_10000', round(1e6 * used / count, 2))
        if 'bare_per_s' in run.shares:
            run.tell('notify_vs_bare_udp', report['told'] / took / run.shares['bare_per_s'])
        events(run, host, watchers, count)
        run.leave(host)


def curl(host, count):
    """The same number of Subscribes by a client that does nothing else."""
    body = (PEERS / 'exchange_load').read_text().split("SUBSCRIBE = '''", 1)[1].split("'''", 1)[0].replace('\n', ' ')
    lines = []
    for n in range(count):
        data = body.format(address=f'user{n + 1:05}@example.com').replace('\\', '\\\\').replace('"', '\\"')
        lines += [f'url = "{host.exchange.urls["ex1"]}"', f'data = "{data}"', 'output = "/dev/null"',
                  'header = "Content-Type: text/xml; charset=utf-8"', 'user = "svc:secret"', 'next']
    config = host.house.write('curl', '\n'.join(lines[:-1]) + '\n')
    host.exchange.do(f'set ex1 subscriptions_max {3 * count}')
    began = time.monotonic()
    subprocess.run(['curl', '-sS', '--parallel', '--parallel-max', '8', '-K', config], check=True, timeout=300,
                   stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def events(run, host, watchers, count):
    """Changes one by one at a steady rate, each in another mailbox."""
    rate, seconds = (100, 1) if run.small else (500, 6)
    simulator = own_delay(count, rate, seconds)
    watchers.ask('mark')
    watchers.trace()
    sent = asyncio.run(change(host.exchange.control, rate, seconds, count))
    end = time.monotonic() + 10
    while time.monotonic() < end and watchers.ask('report')['told'] < len(sent):
        time.sleep(.1)
    came = {}
    for user, moment in watchers.traced:
        came.setdefault(user, moment)
    delays = sorted(1000 * (came[user] - moment) for user, moment in sent.items() if user in came)
    run.note('events_lost', len(sent) - len(delays))
    for part, name in ((.5, 'p50'), (.99, 'p99')):
        whole = delays[int(part * (len(delays) - 1))]
        run.tell(f'event_to_notify_{name}_ms', max(whole - simulator[name], 0))
        run.note(f'event_to_notify_{name}_whole_ms', round(whole, 2))
        run.note(f'simulator_{name}_ms', simulator[name])


def own_delay(count, rate, seconds):
    text = subprocess.run([PEERS / 'exchange_load'], env={**os.environ, 'DAYMARK_LOAD':
                          f'{count} {count // 200 + 1} {rate} {seconds}'}, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in re.findall(r'(p\d+) ([0-9.]+)', text)}


async def change(control, rate, seconds, count):
    reader, writer = await asyncio.open_connection('127.0.0.1', int(control.rstrip('/').rsplit(':', 1)[1]))
    sent = {}
    begin = time.perf_counter()
    for number in range(min(rate * seconds, count)):
        await asyncio.sleep(max(0, begin + number / rate - time.perf_counter()))
        user = number * 7919 % count + 1
        line = f'create user{user:05}@example.com Load for 1h show OOF'.encode()
        sent[user] = time.time()
        writer.write(b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n' % len(line) + line)
        head = await reader.readuntil(b'\r\n\r\n')
        await reader.readexactly(int(re.search(rb'(?i)content-length: (\d+)', head)[1]))
    writer.close()
    return sent


def all_at_once(run, number, memory):
    count = run.size(number)
    with Host(count) as host:
        host.wait_live(240)
        host.watched = count
        before = host.resident()
        watchers = host.watchers(count)
        if memory:
            time.sleep(1 if run.small else LINGER_S)
            run.tell('bytes_per_watch', (host.resident() - before) / count)
            run.tell('bytes_per_user', (before - run.shares['resident_of_one']) / count)
        took, used, _ = host.meeting(count, lead_s(count), watchers)
        run.note(f'transition_cpu_us_{number}', round(1e6 * used / count, 2))
        run.leave(host)
    return took, used / count


def one_user(run):
    with Host(1) as host:
        host.wait_live(20)
        run.shares['resident_of_one'] = host.resident()
        each = run.size(5000)
        host.watched = 1
        watchers = host.watchers(1, each)
        took, _, _ = host.meeting(1, 6, watchers)
        run.tell('fanout_1_to_5000_s', took)
        run.leave(host)


def fifteen_thousand(run):
    run.tell('transition_all_15000_s', all_at_once(run, 15000, False)[0])


def fifty_thousand(run):
    if 'resident_of_one' not in run.shares:
        one_user(run)
    run.tell('transition_all_50000_s', all_at_once(run, 50000, True)[0])


def growth(run):
    few = all_at_once(run, 1000, False)[1]
    many = all_at_once(run, 100000, False)[1]
    run.tell('growth_1k_to_100k', many / few)


def subscribe(run):
    """With Digest, each one challenged anew."""
    count = run.size(5000)
    made = subprocess.run([program('daymarkctl'), 'account', 'watcher@example.com'], check=True,
                          input='shown-to-nobody\n', text=True, capture_output=True).stdout
    with Host(count, account=made) as host:
        host.wait_live(60)
        watchers = host.watchers(count, 1, 'account=watcher@example.com', 'secret=shown-to-nobody')
        run.tell('subscribe_per_s', count / watchers.subscribed['seconds'],
                 goal=run.shares.get('kamailio_subscribe_per_s'))
        run.leave(host)


PARTS = {'bare': bare, 'one_user': one_user, 'ten_thousand': ten_thousand, 'fifteen_thousand': fifteen_thousand,
         'fifty_thousand': fifty_thousand, 'subscribe': subscribe, 'growth': growth}
# what each part owes, so that its failure is told for each
OWES = {'bare': (), 'one_user': ('fanout_1_to_5000_s',),
        'ten_thousand': ('sync_10000_requests', 'sync_10000_vs_bare', 'notify_vs_bare_udp', 'event_to_notify_p50_ms',
                         'event_to_notify_p99_ms'),
        'fifteen_thousand': ('transition_all_15000_s',),
        'fifty_thousand': ('transition_all_50000_s', 'bytes_per_watch', 'bytes_per_user'),
        'subscribe': ('subscribe_per_s',), 'growth': ('growth_1k_to_100k',)}
NOT_YET = {'notify_vs_kamailio': 'not run: the peer is not part of this bench yet',
           'kamailio_publish_15000_s': 'not run: the peer is not part of this bench yet',
           'requests_per_user_day': 'not run: no hour of moved clock against the simulator yet'}


def measure(parts, small):
    run = Run(small)
    for name in parts:
        began = time.monotonic()
        try:
            PARTS[name](run)
        except Exception as trouble:  # the others go on
            print(f'{name}: failed: {type(trouble).__name__}: {trouble}', flush=True)
            for owed in OWES[name]:
                run.measured.setdefault(owed, {'reason': f'failed: {trouble}'})
        print(f'{name}: {time.monotonic() - began:.1f} s', flush=True)
    run.tell('loop_block_max_ms', run.longest_ms)
    for name, reason in NOT_YET.items():
        run.measured.setdefault(name, {'reason': reason})
    return run.measured
