# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests with real peers share: start programs, wait for what they
say (never longer than a deadline, never just for luck), and report one line a
sentence, PASS, FAIL or SKIP, with exit status 0, 1 or 77."""
import codecs
import contextlib
import fcntl
import os
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

# Where kamailio and slapd are; only root has that by itself.
os.environ['PATH'] += ':/usr/local/sbin:/usr/sbin:/sbin'


class Results:
    """with results('sentence'): ... is one line of the report."""

    def __init__(self):
        self.passed = self.failed = 0

    @contextlib.contextmanager
    def __call__(self, sentence):
        try:
            yield
        except Exception as trouble:  # whatever went wrong, the rest goes on
            self.failed += 1
            why = ' '.join(str(trouble).split())[:1000]  # on the one line that a summary keeps
            print(f'FAIL {sentence}: {type(trouble).__name__}: {why}', flush=True)
        else:
            self.passed += 1
            print(f'PASS {sentence}', flush=True)

    def finish(self):
        print(f'{self.passed} passed, {self.failed} failed', flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)


def say_missing(*what):
    """In CI, where everything is there by rights, tools/tally makes a failure of it."""
    print(f'SKIP {os.path.basename(sys.argv[0])}: missing {", ".join(what)}', flush=True)


def missing(*what):
    say_missing(*what)
    sys.exit(77)


def skip(reason):
    print(f'SKIP {os.path.basename(sys.argv[0])}: {reason}', flush=True)
    sys.exit(77)


def need(*programs):
    absent = [p for p in programs if not shutil.which(p)]
    if absent:
        missing(*absent)


# A deadline is for what never comes: whatever somebody asks for is waited for
# at least so long, since the machine may have much else to do. What has to be
# soon is measured; see within().
PATIENCE_S = 60


def wait_for(condition, seconds, what):
    """What condition() returns as soon as it is true."""
    seconds = max(seconds, PATIENCE_S)
    end = time.monotonic() + seconds
    while True:
        asked = time.monotonic()
        value = condition()
        if value:
            return value
        now = time.monotonic()
        if now > end:
            raise TimeoutError(f'no {what} within {seconds} s')
        time.sleep(max(0.005, now - asked))  # asking may cost those who are asked


def within(limit_s, measure, tries=3):
    """The seconds that measure() returns, from the first of so many times that
    is good enough: a machine that has much else to do may be late once, what
    is slow is so each time."""
    took = []
    while len(took) < tries:
        took.append(measure())
        if took[-1] <= limit_s:
            return took[-1]
    raise AssertionError(f'{limit_s:g} s at most, but it took ' + ', '.join(f'{s:.3f}' for s in took))


def free_port():
    """A port nobody has, below those the kernel hands out by itself, for UDP
    and TCP, and for the TCP port after it (baresip takes that for TLS)."""
    base = 10000 + os.getpid() * 37 % 20000
    for port in range(base, base + 2000, 2):
        taken = []
        try:
            for number in (port, port + 1):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    taken.append(socket.socket(socket.AF_INET, kind))
                    taken[-1].bind(('127.0.0.1', number))
        except OSError:
            continue
        finally:
            for one in taken:
                one.close()
        if port not in free_port.given:
            free_port.given.add(port)
            return port
    raise OSError('no free port')


free_port.given = set()


class Program:
    """A child on a pipe or, for those that want a person, on a terminal. Its
    output is kept with the moment at which each piece came."""

    def __init__(self, argv, terminal=False, env=None, cwd=None, stdin=subprocess.DEVNULL):
        self.text = ''
        self.argv = argv
        self.ended = False
        self.pieces = []  # (offset in text, wall clock)
        environment = dict(os.environ, **(env or {}))
        if terminal:
            self.fd, end = pty.openpty()
            fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 500, 0, 0))
            stdin = end
        else:
            self.fd, end = os.pipe()
        self.process = subprocess.Popen(argv, stdin=stdin, stdout=end, stderr=end, cwd=cwd,
                                        env=environment, start_new_session=True)
        os.close(end)
        self.news = threading.Condition()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self):
        """So that the moments are those at which something was said, not
        those at which somebody asked."""
        decoder = codecs.getincrementaldecoder('utf-8')('replace')
        while True:
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # how a terminal ends
                data = b''
            came = time.time()
            with self.news:
                self.pieces.append((len(self.text), came))
                self.text += decoder.decode(data)
                self.ended = not data
                self.news.notify_all()
            if not data:
                return

    def read(self, seconds=0.0):
        """Waits for more to be said, at most so long."""
        with self.news:
            if not self.ended and seconds:
                self.news.wait(seconds)

    def expect(self, pattern, seconds=10, since=0):
        """(match, wall clock) of the first match after offset since."""
        seconds = max(seconds, PATIENCE_S)
        end = time.monotonic() + seconds
        while True:
            with self.news:
                ended = self.ended
                match = re.compile(pattern, re.M).search(self.text, since)
                if match:
                    return match, max(t for at, t in self.pieces if at < max(match.end(), 1))
                if not ended and time.monotonic() <= end:
                    self.news.wait(0.05)
                    continue
            said = f'{os.path.basename(self.argv[0])} did not say {pattern!r}'
            if ended:
                raise RuntimeError(f'{said} and ended: {self.text[-400:]!r}')
            raise TimeoutError(f'{said} within {seconds} s: {self.text[since:][-300:]!r}')

    def send(self, line):
        os.write(self.fd, line.encode() + b'\n')

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.listener.join(2)
        if self.fd >= 0 and not self.listener.is_alive():
            os.close(self.fd)
            self.fd = -1

    def rss_kb(self):
        with open(f'/proc/{self.process.pid}/status') as status:
            return int(re.search(r'VmRSS:\s+(\d+)', status.read())[1])


class Household:
    """A directory that goes away, and programs that end with it."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix='daymark-peers-')
        self.programs = []

    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        for program in reversed(self.programs):
            program.stop()
        if os.environ.get('DAYMARK_KEEP'):
            print('kept', self.directory)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def start(self, argv, **options):
        self.programs.append(Program(argv, **options))
        return self.programs[-1]


def certificate(house, name, names, issuer=None, authority=False, days=30):
    """Makes NAME.pem (certificate) and NAME.key; issuer is another NAME."""
    pem, key = house.path(name + '.pem'), house.path(name + '.key')
    kind = 'critical,CA:TRUE' if authority else 'CA:FALSE'
    argv = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
            '-nodes', '-days', str(days), '-subj', f'/CN={names[0]}', '-keyout', key, '-out', pem,
            '-addext', 'subjectAltName=' + ','.join(
                ('IP:' if re.fullmatch(r'[0-9.]+', n) else 'DNS:') + n for n in names),
            '-addext', f'basicConstraints={kind}']
    if issuer:
        argv += ['-CA', house.path(issuer + '.pem'), '-CAkey', house.path(issuer + '.key')]
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return pem, key


def built(name):
    return os.path.join(os.environ.get('DAYMARK_BUILD', os.getcwd()), name)


def program(name):
    """Something this build made."""
    if not os.path.exists(built(name)):
        missing(name)
    return built(name)
