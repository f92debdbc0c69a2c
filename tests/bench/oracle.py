# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who ought to be shown as what, worked out from what was done to Exchange and
nothing else, and for how long each watcher was shown something else.

All moments are seconds of the wall clock. What is shown is the first note of
the document; None is a user of whom nothing is shown, as he is deleted: before
that his watchers see him offline."""
import heapq

UNKNOWN, OFFLINE = 'Calendar unknown', 'Offline'
# Of several entries the strongest counts, as its owner's colleagues see it.
STRENGTH = {'OOF': 4, 'Busy': 3, 'Tentative': 2, 'WorkingElsewhere': 1, 'Free': 0}
SHOWN = {'OOF': 'Out of office', 'Tentative': 'Available', 'WorkingElsewhere': 'Working elsewhere',
         'Free': 'Available'}
LENGTHS_S = (.2, 1, 5, 20, 60, 300, 1000)


class Entry:
    def __init__(self, start, end, show, meeting):
        self.start, self.end, self.show, self.meeting = start, end, show, meeting

    def rank(self):
        return STRENGTH[self.show], self.meeting

    def shown(self):
        return SHOWN.get(self.show) or ('In a meeting' if self.meeting else 'Busy')


class Person:
    def __init__(self):
        self.entries = {}  # by subject
        self.gone = False
        self.view = None
        self.wrong_since = None
        self.unknown_since = None


class Oracle:
    """patience_s: how long a watcher may be shown what is not so."""

    def __init__(self, count, patience_s):
        self.people = [Person() for _ in range(count)]
        self.patience_s = patience_s
        self.turns = []  # (moment, user)
        self.lengths = dict.fromkeys((*LENGTHS_S, float('inf')), 0)
        self.worst = []  # (seconds, user, ought, shown, since)
        self.wrong_s = self.beyond_s = self.unknown_s = 0.0
        self.since = None

    def truth(self, user, moment):
        person = self.people[user]
        if person.gone:
            return None
        now = [e for e in person.entries.values() if e.start <= moment < e.end]
        return max(now, key=Entry.rank).shown() if now else 'Available'

    def put(self, user, subject, entry, moment):
        """Exchange has that from this moment on."""
        self.people[user].entries[subject] = entry
        for turn in (entry.start, entry.end):
            if turn > moment:
                heapq.heappush(self.turns, (turn, user))
        self.settle(user, moment)

    def take(self, user, subject, moment):
        del self.people[user].entries[subject]
        self.settle(user, moment)

    def leave(self, user, gone, moment):
        self.people[user].gone = gone
        self.settle(user, moment)

    def show(self, user, view, moment):
        self.people[user].view = view
        self.settle(user, moment)

    def pass_until(self, moment):
        """What begins and ends by itself."""
        while self.turns and self.turns[0][0] <= moment:
            turn, user = heapq.heappop(self.turns)
            self.settle(user, turn)

    def settle(self, user, moment):
        person = self.people[user]
        unknown = person.view == UNKNOWN and not person.gone
        ought = self.truth(user, moment)
        right = unknown or person.view == ought or (ought is None and person.view == OFFLINE)
        if unknown and person.unknown_since is None:
            person.unknown_since = moment
        elif not unknown and person.unknown_since is not None:
            self.unknown_s += moment - person.unknown_since
            person.unknown_since = None
        if right and person.wrong_since is not None:
            self.note(user, moment)
            self.count(moment - person.wrong_since)
            person.wrong_since = None
        elif not right and person.wrong_since is None:
            person.wrong_since = moment
            person.wrong = ought, person.view

    def note(self, user, moment):
        """Keeps the ten that took longest, with what they were about."""
        person = self.people[user]
        self.worst = [w for w in self.worst if (w[1], w[4]) != (user, person.wrong_since)]
        self.worst.append((moment - person.wrong_since, user, *person.wrong, person.wrong_since))
        self.worst = sorted(self.worst, key=lambda w: -w[0])[:10]

    def count(self, length):
        if self.since is None:  # not begun
            return
        self.wrong_s += length
        self.beyond_s += max(0, length - self.patience_s)
        self.lengths[next(limit for limit in self.lengths if length <= limit)] += 1

    def begin(self, moment):
        """What came before does not count: the first sight of everybody."""
        self.since = moment
        for person in self.people:
            if person.wrong_since is not None:
                person.wrong_since = moment

    def finish(self, moment):
        """What is wrong still counts until now."""
        self.pass_until(moment)
        for user, person in enumerate(self.people):
            if person.wrong_since is not None:
                self.note(user, moment)
                self.count(moment - person.wrong_since)
                person.wrong_since = None
            if person.unknown_since is not None:
                self.unknown_s += moment - person.unknown_since
                person.unknown_since = None

    def wrong_users(self):
        return [user for user, person in enumerate(self.people) if person.wrong_since is not None]

    def wrong_now(self):
        return len(self.wrong_users())
