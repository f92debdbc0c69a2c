# SPDX-License-Identifier: LGPL-2.1-or-later
"""calendar/ alone against daymark-exchange: tests/ews_watch as a child."""
import re
import time

from peerlib import program, wait_for

NUMBERS = ('live', 'known', 'changes', 'requests', 'failures', 'streams', 'differences', 'moves')


class Watch:
    """Follows mailboxes and knows what it was told of each."""

    def __init__(self, house, gateways, mailboxes, **env):
        names = [str(mailboxes)] if isinstance(mailboxes, int) else mailboxes
        env = {'PRINT': '100000', 'RETRY_S': '1', **{k: str(v) for k, v in env.items()}}
        self.count = mailboxes if isinstance(mailboxes, int) else len(mailboxes)
        self.program = house.start([program('tests/ews_watch'), *gateways, *names], terminal=True, env=env)
        self.read_to = 0
        self.busy = {}
        self.history = []  # (moment, mailbox, word)

    def look(self):
        self.program.read(0.02)
        text = self.program.text
        end = text.rfind('\n') + 1
        for line in text[self.read_to:end].splitlines():
            match = re.match(r'(\d+\.\d+) (\S+) is (\w+)\s*$', line)
            if match:
                self.busy[match[2]] = match[3]
                self.history.append((float(match[1]), match[2], match[3]))
        self.read_to = end

    def until(self, condition, seconds, what):
        def check():
            self.look()
            return condition()
        return wait_for(check, seconds, what)

    def ready(self, seconds=20):
        self.until(lambda: len(self.busy) == self.count, seconds, 'state of everybody')

    def shows(self, mailbox, word, seconds=5):
        """Seconds until it did."""
        began = time.time()
        self.until(lambda: self.busy.get(mailbox) == word, seconds, f'{mailbox} {word}')
        return time.time() - began

    def words(self, mailbox, since=0):
        self.look()
        return [w for t, m, w in self.history if m == mailbox and t >= since]

    def report(self):
        """By gateway: numbers and the words notify and why."""
        since = len(self.program.text)
        self.program.send('')
        self.program.expect(r'^report all .*\n', 10, since)
        self.look()
        found = {}
        for name, rest in re.findall(r'^report (\S+) (.*?)\r?$', self.program.text[since:], re.M):
            values = dict(re.findall(r'(\w+)=(\S*)', rest))
            found[name] = {k: int(v) if k in NUMBERS or k == 'busy' else v for k, v in values.items()}
            found[name]['line'] = rest
        return found


def gateway(name, exchange, server, account='svc', secret='secret', **fields):
    """As in the directive; the secret is in the file or variable named."""
    fields = {'host': '127.0.0.1', 'port': exchange.port(server), 'tls': 'no', **fields}
    words = ' '.join(f'{k}={v}' for k, v in fields.items())
    return f'name={name} account={account} secret={secret} {words}'
