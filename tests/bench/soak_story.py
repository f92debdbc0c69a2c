# SPDX-License-Identifier: LGPL-2.1-or-later
"""What happens to a soaked daymarkd: calendars that change by chance, and
faults at Exchange, in the directory and on the way to the watchers."""
import asyncio
import json
import random
import re
import signal
import time

from ldaplib import PEOPLE, ldif_user
from oracle import Entry

SHOWS = ('Busy',) * 6 + ('OOF', 'Tentative', 'WorkingElsewhere', 'Free')
SERVERS = ('ex1', 'ex2')
LOST = ('ErrorSubscriptionNotFound', 'ErrorInvalidSubscription', 'ErrorExpiredSubscription', 'ErrorReadEventsFailed',
        'ErrorInternalServerTransientError', 'ErrorMailboxFailover')
MOVED = ('silent', 'ErrorMailboxMoveInProgress', 'ErrorConnectionFailed', 'ErrorProxyRequestNotAllowed',
         'ErrorNonExistentMailbox')
ABSENT_S = 40  # how long somebody deleted from the directory stays away


class Control:
    """The simulator's control port, one command after the other."""

    def __init__(self, url):
        self.port = int(url.rstrip('/').rsplit(':', 1)[1])
        self.lock = asyncio.Lock()

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection('127.0.0.1', self.port)

    async def do(self, line):
        async with self.lock:
            self.writer.write(f'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(line)}\r\n\r\n{line}'.encode())
            head = await self.reader.readuntil(b'\r\n\r\n')
            body = await self.reader.readexactly(int(re.search(rb'(?i)content-length: (\d+)', head)[1]))
        answer = json.loads(body)
        if not answer['ok']:
            raise RuntimeError(f'{line}: {answer}')
        return answer


class Story:
    """faults: per user and hour, of those that befall one user."""

    def __init__(self, oracle, watchers, control, slapd, admin, seed, speed):
        self.oracle, self.watchers, self.control = oracle, watchers, control
        self.slapd, self.admin = slapd, admin
        self.random = random.Random(seed)
        self.speed = speed  # 1: as in an office; 60: an hour in a minute
        self.number = 0
        self.homes = [SERVERS[user % len(SERVERS)] for user in range(len(oracle.people))]
        self.told = {}     # how often each kind of thing was done
        self.faults = []   # (from, to, what), to judge the log by

    def name(self, user):
        return self.watchers.name(user)

    def count(self, what):
        self.told[what] = self.told.get(what, 0) + 1

    def lie(self, user):
        """The oracle is told of what never was."""
        now = time.time()
        self.oracle.put(user, 'Lie', Entry(now, now + 36000, 'OOF', False), now)

    async def create(self, user):
        self.number += 1
        subject = f'Entry{self.number}'
        lead_s, long_s = self.random.randint(-300, 1800) / self.speed, self.random.randint(60, 2400) / self.speed
        show, meeting = self.random.choice(SHOWS), self.random.random() < .6
        line = (f'create {self.name(user)} {subject} in {int(lead_s * 1000)}ms for {int(max(long_s, 1) * 1000)}ms '
                f'show {show}' + (' meeting' if meeting else ''))
        answer = await self.control.do(line)
        self.oracle.put(user, subject, Entry(answer['start'], answer['end'], show, meeting), time.time())
        self.count('created')

    async def change(self, user):
        """A random entry of his is deleted; those that are over are forgotten."""
        now = time.time()
        entries = self.oracle.people[user].entries
        for subject in [s for s, e in entries.items() if e.end < now - 60]:
            del entries[subject]
            await self.control.do(f'delete {self.name(user)} {subject}')
        subjects = [subject for subject in entries if subject != 'Lie']
        if not subjects:
            return
        subject = self.random.choice(subjects)
        await self.control.do(f'delete {self.name(user)} {subject}')
        self.oracle.take(user, subject, time.time())
        self.count('deleted')

    def anybody(self):
        return self.random.randrange(len(self.oracle.people))

    async def calendars(self):
        """Each calendar changes some four times an hour."""
        pause = 900 / self.speed / len(self.oracle.people)
        due = time.monotonic()
        while True:
            due += pause * self.random.expovariate(1)
            await asyncio.sleep(max(0, due - time.monotonic()))
            await (self.create if self.random.random() < .6 else self.change)(self.anybody())

    async def turns(self):
        while True:
            self.oracle.pass_until(time.time())
            await asyncio.sleep(.05)

    async def during(self, what, seconds, begin, *ends):
        self.count(what)
        began = time.time()
        await self.control.do(begin)
        await asyncio.sleep(seconds)
        for line in ends:
            await self.control.do(line)
        self.faults.append((began, time.time(), f'{what}: {begin}'))

    async def server_fault(self):
        server, seconds = self.random.choice(SERVERS), self.random.uniform(2, 20)
        kind, story = self.random.choice([
            ('server killed', (f'kill {server}', f'revive {server}')),
            ('server frozen', (f'freeze {server}', f'thaw {server}')),
            ('server throttles', (f'throttle {server} 3s', f'throttle {server} off')),
            ('server denies', (f'deny {server} 503', f'deny {server} off')),
            ('server slow', (f'delay {server} 2s', f'delay {server} 0')),
            ('streams cut', (f'drop {server}',)),
            ('streams closed', (f'close {server}',)),
            ('answer spoilt', (f'corrupt {server} {self.random.choice(("truncated", "malformed", "html", "empty"))}',)),
            ('streams spoilt', (f'corrupt-streams {server} {self.random.choice(("malformed", "pieces", "doubled"))}',)),
        ])
        await self.during(kind, seconds if len(story) > 1 else 1, *story)

    async def user_fault(self):
        user = self.anybody()
        if self.random.random() < .5:
            await self.control.do(f'unsubscribe {self.name(user)} {self.random.choice(LOST)}')
            self.count('subscription lost')
            return
        home = self.homes[user] = SERVERS[1 - SERVERS.index(self.homes[user])]
        how = self.random.choice(MOVED)
        await self.control.do(f'move {self.name(user)} to {home} {how}')
        self.count('moved silently' if how == 'silent' else 'moved')

    async def deletion(self):
        user = self.anybody()
        if self.oracle.people[user].gone:
            return
        name = f'user{user + 1:05}'
        await asyncio.to_thread(self.admin.delete, f'uid={name},{PEOPLE}')
        self.oracle.leave(user, True, time.time())
        self.count('user deleted')
        await asyncio.sleep(ABSENT_S / min(self.speed, 10))
        await asyncio.to_thread(self.admin.add, ldif_user(name))
        self.oracle.leave(user, False, time.time())

    async def directory_fault(self):
        began = time.time()
        self.count('directory silent')
        self.slapd.signal(signal.SIGSTOP)
        await asyncio.sleep(self.random.uniform(2, 15))
        self.slapd.signal(signal.SIGCONT)
        self.faults.append((began, time.time(), 'directory silent'))

    async def again(self, pause_s, happens, apart=False):
        """apart: the next does not wait for this one's end."""
        running = set()
        while True:
            await asyncio.sleep(self.random.expovariate(1) * pause_s)
            task = asyncio.create_task(happens())
            if apart:
                running.add(task)
                task.add_done_callback(running.discard)
            else:
                await task
