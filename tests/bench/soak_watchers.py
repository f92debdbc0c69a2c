# SPDX-License-Identifier: LGPL-2.1-or-later
"""One watcher of each user, on one UDP socket: asks, refreshes, answers, loses
some of what it is sent, and asks again where it was sent away."""
import asyncio
import random
import re
import time

EXPIRES_S = 900
REFRESH_S = 400
PATIENCE_S = 3  # until a SUBSCRIBE is asked again
RETRY_S = 2     # after a watch was refused


class Watch:
    def __init__(self, user):
        self.user, self.generation = user, 0
        self.refused = 0
        self.begin()

    def begin(self):
        self.generation += 1
        self.cseq = self.seen = 0
        self.tag = self.target = None
        self.pending = None  # when to ask next, or again


class Watchers(asyncio.DatagramProtocol):
    """on_view(user, first note or None, moment) is told of each NOTIFY."""

    def __init__(self, count, domain, lose, on_view, seed):
        self.watches = [Watch(user) for user in range(count)]
        self.domain, self.lose, self.on_view = domain, lose, on_view
        self.random = random.Random(seed)
        self.notifies = self.lost = self.again = self.refusals = 0

    def connection_made(self, transport):
        self.transport = transport
        self.port = transport.get_extra_info('sockname')[1]

    def name(self, user):
        return f'user{user + 1:05}@{self.domain}'

    def subscribe(self, watch):
        watch.cseq += 1
        name = self.name(watch.user)
        self.transport.sendto('\r\n'.join([
            f'SUBSCRIBE {watch.target or "sip:" + name} SIP/2.0',
            f'Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{watch.user}.{watch.generation}.{watch.cseq};rport',
            'Max-Forwards: 70', f'From: <sip:watcher@elsewhere.test>;tag=t{watch.user}.{watch.generation}',
            f'To: <sip:{name}>' + (f';tag={watch.tag}' if watch.tag else ''),
            f'Call-ID: soak-{watch.user}-{watch.generation}', f'CSeq: {watch.cseq} SUBSCRIBE',
            f'Contact: <sip:w{watch.user}@127.0.0.1:{self.port}>', 'Event: presence',
            'Accept: application/pidf+xml', f'Expires: {EXPIRES_S}', 'Content-Length: 0', '', '']).encode())
        watch.pending = time.monotonic() + PATIENCE_S

    def datagram_received(self, data, address):
        text = data.decode('utf-8', 'replace')
        found = re.search(r'^Call-ID: soak-(\d+)-(\d+)\r$', text, re.M)
        if not found:
            return
        watch = self.watches[int(found[1])]
        current = watch.generation == int(found[2])
        if text.startswith('NOTIFY'):
            self.notified(watch, text, current)
        elif current:
            self.answered(watch, text)

    def answered(self, watch, text):
        status = int(text.split(' ', 2)[1])
        if int(re.search(r'^CSeq: (\d+)', text, re.M)[1]) != watch.cseq or status < 200:
            return
        if status < 300:
            watch.tag = re.search(r'^To: .*;tag=([^;\s]+)', text, re.M)[1]
            watch.target = re.search(r'^Contact: <([^>]*)>', text, re.M)[1]
            watch.pending = time.monotonic() + self.random.uniform(.8, 1) * REFRESH_S
            return
        self.refusals += 1
        watch.begin()
        watch.pending = time.monotonic() + RETRY_S

    def notified(self, watch, text, current):
        if self.random.random() < self.lose:
            self.lost += 1
            return
        keep = re.findall(r'^(?:Via|From|To|Call-ID|CSeq): .*$', text, re.M)
        status = '200 OK' if current else '481 Subscription does not exist'
        self.transport.sendto((f'SIP/2.0 {status}\r\n' + '\r\n'.join(line.strip() for line in keep) +
                               '\r\nContent-Length: 0\r\n\r\n').encode())
        cseq = int(re.search(r'^CSeq: (\d+)', text, re.M)[1])
        if not current or cseq <= watch.seen:
            self.again += current
            return
        watch.seen = cseq
        self.notifies += 1
        if re.search(r'^Subscription-State: terminated', text, re.M):
            watch.begin()
            watch.pending = time.monotonic() + RETRY_S
            self.on_view(watch.user, None, time.time())
        else:
            note = re.search(r'<note[^>]*>([^<]*)</note>', text)
            self.on_view(watch.user, note[1] if note else '', time.time())

    async def keep_asking(self, rate):
        """Everybody once at this rate, then whoever's time has come."""
        for watch in self.watches:
            self.subscribe(watch)
            if watch.user % 20 == 19:
                await asyncio.sleep(20 / rate)
        while True:
            now = time.monotonic()
            for watch in self.watches:
                if watch.pending is not None and watch.pending <= now:
                    self.subscribe(watch)
            await asyncio.sleep(.2)
