# SPDX-License-Identifier: LGPL-2.1-or-later
"""What becomes of those who are deleted from a directory, whichever it is.
tree: delete(name) says when that was done, add(name) makes him anew."""
import itertools
import re
import time

from ldaplib import percentile
from licencelib import DOMAIN, SECRET, WATCHER, Sip
from peerlib import wait_for, within
from watchers import Baresip

LEAVER, BUDDY = 'leaver', 'b0'


def signed_in(results, house, daymark, tree, exchange_stats):
    """baresip is the user who is deleted, and says itself what happened."""
    leaver = Baresip(house, 'tcp', daymark.port)
    leaver.regint_s = 4  # so that its next request comes soon
    watcher = Sip(daymark.port, WATCHER)
    with results('baresip signs in as the user, watches another, and is watched'):
        leaver.start(LEAVER, SECRET, DOMAIN, [f'{BUDDY}@{DOMAIN}'])
        leaver.shows_first('available', f'{BUDDY}@{DOMAIN}', 15)
        assert watcher.ask('SUBSCRIBE', LEAVER, 'w1', 'Event: presence', 'Expires: 600') == 200
        assert watcher.ask('SUBSCRIBE', LEAVER, 'w2', 'Event: reg', 'Expires: 600') == 200
        watcher.notified('<basic>open', 5, 'open')
        watcher.notified('state="active" event="re', 5, 'registration')
    watcher.inbox.clear()
    leaver.mark()
    before, mark = exchange_stats(), daymark.mark()
    at = tree.delete(LEAVER)
    order = ['licence revoked', 'calendar unsubscribed', 'presence closed', 'presence withdrawn',
             'watches of the user ended .*watches=1', 'registrations of the user removed .*contacts=1',
             'user signed out', 'calendar data erased', 'connection of a user closed']
    # How soon is measured below, over several.
    with results('watchers see him closed, and then that nobody speaks for him'):
        closed = watcher.notified('Subscription-State: active.*<basic>closed', 3, 'closed')
        ended = watcher.notified('terminated;reason=noresource.*<basic>closed', 3, 'terminated')
        assert at - 1 < closed < ended, f'{closed - at:.3f} s, {ended - at:.3f} s'
    with results('whoever watches his registration sees it terminated and rejected'):
        watcher.notified('registration [^>]*state="terminated".*event="rejected"', 3, 'rejected')
    with results('each step is confirmed in the log, in its order'):
        text = '.*'.join(f'{step}' for step in order)
        daymark.says('(?s)' + text, 5, mark)
    with results('Exchange was asked to unsubscribe'):
        assert exchange_stats() == before - 1, f'{before} before, {exchange_stats()} after'
    with results('baresip says itself that its watch is over, and then that it is refused'):
        leaver.program.expect(r'subscriber closed <sip:b0@\S+>: noresource', 5, leaver.seen)
        leaver.program.expect(rf'{LEAVER}@{DOMAIN}: .*403', 20, leaver.seen)
    with results('whatever else he asks for is refused'):
        own = Sip(daymark.port, LEAVER)
        assert own.ask('REGISTER', LEAVER, 'r1', 'Expires: 600') == 403
        assert own.ask('SUBSCRIBE', BUDDY, 'r2', 'Event: presence', 'Expires: 600') == 403
    with results('the ledger says who took the licence, why and on what evidence'):
        told = daymark.ask('licences', '--history', f'{LEAVER}@{DOMAIN}')
        assert re.search(r'revoke +revoked +directory corp .*explicit', told), told
    with results('made anew in the directory he is served again'):
        mark = daymark.mark()
        tree.add(LEAVER)
        daymark.says(f'licence granted user=sip:{LEAVER}@', 5, mark)
        assert own.ask('REGISTER', LEAVER, 'r3', 'Expires: 600') == 200
        wait_for(lambda: exchange_stats() == before, 10, 'new subscription')
    leaver.program.stop()


STEPS = [('licence revoked', 'revoked'), ('calendar unsubscribed', 'unsubscribed at Exchange'),
         ('presence closed', 'published as closed'), ('calendar data erased', 'all done')]


def figures(daymark, tree, deletions, goal_s):
    """Each deletion by itself: moments of the log, the watcher and a refusal,
    counted from ldapmodify's end; a server may tell us before it tells that."""
    numbers = itertools.count(1)
    within(goal_s, lambda: slowest(daymark, tree, itertools.islice(numbers, deletions)))


def slowest(daymark, tree, numbers):
    """99 in 100 are over in so many seconds."""
    took = {name: [] for _, name in STEPS}
    took.update({'watcher told closed': [], 'watcher told the end': [], 'REGISTER refused': []})
    for i in numbers:
        name = f'b{i}'
        watcher, own = Sip(daymark.port, WATCHER), Sip(daymark.port, name)
        assert watcher.ask('SUBSCRIBE', name, f'f{i}', 'Event: presence', 'Expires: 600') == 200
        assert own.ask('REGISTER', name, f'g{i}', 'Expires: 600') == 200
        watcher.notified('<basic>open', 5, 'open')
        watcher.inbox.clear()
        mark = daymark.mark()
        at = tree.delete(name)
        wait_for(lambda: own.ask('REGISTER', name, f'h{i}', 'Expires: 600') == 403, 30, 'refusal')
        took['REGISTER refused'].append(time.time() - at)
        took['watcher told closed'].append(watcher.notified('<basic>closed', 10, 'closed') - at)
        took['watcher told the end'].append(watcher.notified('reason=noresource', 10, 'the end') - at)
        for said, step in STEPS:
            _, came = daymark.says(f'{said} user=sip:{name}@', 5, mark)
            took[step].append(came - at)
    for step, values in took.items():
        print(f'{step}: p50 {percentile(values, .5) * 1e3:.1f} ms, p99 {percentile(values, .99) * 1e3:.1f} ms')
    whole = percentile([max(moments) for moments in zip(*took.values())], .99)
    print(f'the whole: p99 {whole * 1e3:.1f} ms over {len(took["REGISTER refused"])} deletions')
    return whole
