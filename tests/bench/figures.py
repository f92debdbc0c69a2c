# SPDX-License-Identifier: LGPL-2.1-or-later
"""The figures of tools/bench: each part measures some and gives them by name."""
import asyncio
import json
import pathlib
import re
import subprocess
import time
import urllib.request

from host import Host, preloaded
from kamhost import MEMORY, Alone, InKamailio, NotHere, need_adapter
from peerlib import program, wait_for

PEERS = pathlib.Path(__file__).resolve().parent.parent / 'peers'
LOOKS_S = 62  # base/heap gives back what is not needed at two looks, one every 30 s
LINGER_S = 33  # what a NOTIFY may leave behind for its retransmission
DAY_S = 86400
DAY_RATE = 360  # half a day in two minutes


class Run:
    def __init__(self, small):
        self.small = small
        self.measured = {}
        self.longest_ms = self.longest_cpu_ms = self.handler_ms = 0.0
        self.shares = {}  # what later parts need of earlier ones

    def size(self, number):
        return max(number // 100, 100) if self.small else number

    def tell(self, name, value, **more):
        self.measured[name] = {'value': round(value, 6), **more}

    def note(self, name, value):
        self.measured[name] = value

    def leave(self, host):
        longest_ms, cpu_ms = host.longest_ms()
        self.longest_ms = max(self.longest_ms, longest_ms)
        self.longest_cpu_ms = max(self.longest_cpu_ms, cpu_ms)
        self.handler_ms = max(self.handler_ms, host.handler_ms())


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
        took = host.wait_live(120 + count / 200)
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
        took, used, report = host.meeting(count, watchers)
        run.shares['notify_per_s'] = report['told'] / took
        run.note('transitions_notified_per_s', round(report['told'] / took))
        run.note('transition_cpu_us_10000', round(1e6 * used / count, 2))
        if 'bare_per_s' in run.shares:
            run.tell('notify_vs_bare_udp', report['told'] / took / run.shares['bare_per_s'])
        events(run, host, watchers, count)
        run.leave(host)


def letters(count):
    """A Subscribe for each mailbox, and reads of 100 calendars each."""
    subscribe = (PEERS / 'exchange_load').read_text().split("SUBSCRIBE = '''", 1)[1].split("'''", 1)[0]
    for n in range(count):
        yield subscribe.format(address=f'user{n + 1:05}@example.com')
    read = (PEERS.parent / 'data/ews-get-user-availability.xml').read_text()
    one = re.search(r'<t:MailboxData>.*?</t:MailboxData>', read, re.S)[0]
    for first in range(0, count, 100):
        many = ''.join(one.replace('ann@', f'user{n + 1:05}@') for n in range(first, min(first + 100, count)))
        yield re.sub(r'<t:MailboxData>.*</t:MailboxData>', many, read, flags=re.S)


def curl(host, count):
    """The same requests by a client that does nothing else."""
    lines = []
    for letter in letters(count):
        data = letter.replace('\n', ' ').replace('\\', '\\\\').replace('"', '\\"')
        lines += [f'url = "{host.exchange.urls["ex1"]}"', f'data = "{data}"', 'output = "/dev/null"', 'fail',
                  'header = "Content-Type: text/xml; charset=utf-8"', 'user = "svc:secret"', 'next']
    config = host.house.write('curl', '\n'.join(lines[:-1]) + '\n')
    host.exchange.do(f'set ex1 subscriptions_max {3 * count}')
    began = time.monotonic()
    subprocess.run(['curl', '-sS', '--no-progress-meter', '--parallel', '--parallel-max', '8', '-K', config],
                   check=True, timeout=300, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def events(run, host, watchers, count):
    """Changes one by one at a steady rate, each in another mailbox. Of each
    one's delay the simulator's share is what it took until the frame with the
    event was written, which its journal says to the millisecond."""
    rate, seconds = (100, 1) if run.small else (500, 6)
    host.exchange.do('set ex1 journal_told 1')
    watchers.ask('mark')
    watchers.trace()
    sent = asyncio.run(change(host.exchange.control, rate, seconds, count))
    end = time.monotonic() + 10
    while time.monotonic() < end and watchers.ask('report')['told'] < len(sent):
        time.sleep(.1)
    told = journal_told(host.exchange)
    came = {}
    for user, moment in watchers.traced:
        came.setdefault(user, moment)
    seen = [user for user in sent if user in came and user in told]
    run.note('events_lost', len(sent) - len(seen))
    ours = sorted(1000 * (came[user] - told[user]) for user in seen)
    whole = sorted(1000 * (came[user] - sent[user]) for user in seen)
    simulator = sorted(1000 * (told[user] - sent[user]) for user in seen)
    for part, name in ((.5, 'p50'), (.99, 'p99')):
        place = int(part * (len(seen) - 1))
        run.tell(f'event_to_notify_{name}_ms', ours[place])
        run.note(f'event_to_notify_{name}_whole_ms', round(whole[place], 2))
        run.note(f'simulator_{name}_ms', round(simulator[place], 2))


def journal_told(exchange):
    """Wall clock at which each user's event left the simulator first."""
    moments = {}
    with urllib.request.urlopen(exchange.control + 'events?since=0&once=1', timeout=30) as lines:
        for line in map(json.loads, lines):
            if line['what'] == 'told':
                moments.setdefault(int(re.search(r'\d+', line['whom'])[0]), line['ms'] / 1000)
    return moments


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
        host.wait_live(120 + count / 200)
        host.watched = count
        if memory:
            before = host.settled(1 if run.small else LOOKS_S)
            run.tell('bytes_per_user', (before - run.shares['resident_of_one']) / count)
        watchers = host.watchers(count)
        if memory:
            after = host.settled(1 if run.small else LINGER_S + LOOKS_S)
            run.tell('bytes_per_watch', (after - before) / count)
        took, used, _ = host.meeting(count, watchers)
        run.note(f'transition_cpu_us_{number}', round(1e6 * used / count, 2))
        run.leave(host)
    return took, used / count


def one_user(run):
    with Host(1) as host:
        host.wait_live(120)
        run.shares['resident_of_one'] = host.resident()
        each = run.size(5000)
        host.watched = 1
        watchers = host.watchers(1, each)
        took, _, _ = host.meeting(1, watchers)
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
        host.wait_live(120)
        watchers = host.watchers(count, 1, 'account=watcher@example.com', 'secret=shown-to-nobody')
        run.tell('subscribe_per_s', count / watchers.subscribed['seconds'],
                 goal=run.shares.get('kamailio_subscribe_per_s'))
        run.leave(host)


def day(run):
    """Nothing happens for half a day of a clock that is fast in both; all
    that is done at longer intervals is spread over the mailboxes. Each time a
    stream was given up says that the clock was too fast for the machine."""
    count, day_s = (100, 1800) if run.small else (1000, DAY_S / 2)
    env = preloaded('swift_clock', SWIFT_RATE=DAY_RATE, SWIFT_BEGIN_NS=time.monotonic_ns())
    with Host(count, env=env) as host:
        host.wait_live(120)
        time.sleep((600 if run.small else 3600) / DAY_RATE)
        before, began = host.requests(), time.monotonic()
        time.sleep(day_s / DAY_RATE)
        after, days = host.requests(), (time.monotonic() - began) * DAY_RATE / DAY_S
        each = {name: (after[name] - before.get(name, 0)) / count / days for name in after}
        run.tell('requests_per_user_day', each.pop('requests'))
        run.note('requests_per_user_day_of', {name: round(value, 3) for name, value in each.items() if value})
        run.note('requests_days_lasted', round(days, 3))
        run.note('requests_day_way_changes', int(host.metrics().get('daymark_way_changes_total{gateway="hq"}', 0)))


def told_at(watchers, count, began):
    """Seconds from then until the last of so many watchers answered."""
    def report():
        time.sleep(.02)
        told = watchers.ask('report')
        return told if told['told'] >= count else None
    return wait_for(report, 120, f'NOTIFY to {count} watchers')['last'] - began


def kamailio_alone(run, count, flags=()):
    """Seconds for count PUBLISHes and all that follows, the best of three:
    spinning workers suffer most from whatever else a machine does."""
    with Alone(flags) as kamailio:
        watchers = kamailio.watchers(count)
        run.shares.setdefault('kamailio_subscribe_per_s', count / watchers.subscribed['seconds'])
        publisher = kamailio.publisher(count)
        publisher.round(count)
        rounds = []
        for _ in range(3):
            time.sleep(0 if run.small else 6)  # its transactions end after 5 s
            watchers.ask('mark')
            rounds.append(told_at(watchers, count, publisher.round(count)['began']))
        return min(rounds)


def kamailio(run):
    """Debian's by itself, then with the manager of memory that our page
    advises, then ours within that."""
    ten_thousand, count = run.size(10000), run.size(15000)
    run.shares['kamailio_per_s'] = ten_thousand / kamailio_alone(run, ten_thousand)
    alone_s = kamailio_alone(run, count, MEMORY)
    run.note('kamailio_publish_per_s', {ten_thousand: round(run.shares['kamailio_per_s']), count: round(count / alone_s)})
    run.note('kamailio_subscribe_per_s', round(run.shares['kamailio_subscribe_per_s']))
    if 'notify_per_s' in run.shares:
        run.tell('notify_vs_kamailio', run.shares['notify_per_s'] / run.shares['kamailio_per_s'])
    else:
        run.measured['notify_vs_kamailio'] = {'reason': 'the part ten_thousand was not asked for'}
    need_adapter()
    with InKamailio(count) as host:
        host.wait_live(120 + count / 200)
        host.watched = count
        watchers = host.watchers(count)
        took, used, report = host.meeting(count, watchers)
        run.tell('kamailio_publish_15000_s', took, goal=1.2 * alone_s)
        run.note('kamailio_publish_15000_alone_s', round(alone_s, 3))
        run.note('kamailio_engine_cpu_us', round(1e6 * used / count, 2))
        run.note('kamailio_told_twice', report['notifies'] - report['told'])
        # its answer got lost, so the server's timer sent it again
        run.note('kamailio_notify_again', report['again'])


PARTS = {'bare': bare, 'one_user': one_user, 'ten_thousand': ten_thousand, 'fifteen_thousand': fifteen_thousand,
         'fifty_thousand': fifty_thousand, 'kamailio': kamailio, 'subscribe': subscribe, 'growth': growth,
         'day': day}
# what each part owes, so that its failure is told for each
OWES = {'bare': (), 'one_user': ('fanout_1_to_5000_s',),
        'ten_thousand': ('sync_10000_requests', 'sync_10000_vs_bare', 'notify_vs_bare_udp', 'event_to_notify_p50_ms',
                         'event_to_notify_p99_ms'),
        'fifteen_thousand': ('transition_all_15000_s',),
        'fifty_thousand': ('transition_all_50000_s', 'bytes_per_watch', 'bytes_per_user'),
        'kamailio': ('notify_vs_kamailio', 'kamailio_publish_15000_s'), 'subscribe': ('subscribe_per_s',),
        'growth': ('growth_1k_to_100k',), 'day': ('requests_per_user_day',)}


def measure(parts, small):
    run = Run(small)
    for name in parts:
        began = time.monotonic()
        try:
            PARTS[name](run)
        except NotHere as trouble:
            for owed in OWES[name]:
                run.measured.setdefault(owed, {'reason': str(trouble)})
        except Exception as trouble:  # the others go on
            print(f'{name}: failed: {type(trouble).__name__}: {trouble}', flush=True)
            for owed in OWES[name]:
                run.measured.setdefault(owed, {'reason': f'failed: {trouble}'})
        print(f'{name}: {time.monotonic() - began:.1f} s', flush=True)
    if run.longest_ms:
        run.tell('loop_block_max_ms', run.longest_ms)
        run.note('loop_block_max_cpu_ms', round(run.longest_cpu_ms, 3))
        run.note('loop_handler_max_ms', run.handler_ms)
    return run.measured
