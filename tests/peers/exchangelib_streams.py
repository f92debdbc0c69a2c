#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""python3-exchangelib against daymark-exchange: log-on, subscriptions, Autodiscover.

usage: exchangelib_streams.py PATH-TO-daymark-exchange
Prints PASS, FAIL or SKIP and the name of each test.
"""
import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

try:
    import exchangelib as el
    from exchangelib import errors
    from exchangelib.protocol import BaseProtocol
    import requests
except ImportError as e:
    print(f'SKIP exchangelib: {e}')
    sys.exit(77)

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else 'tests/exchange/daymark-exchange'
ANN, BOB = 'ann@example.com', 'bob@example.com'
PATIENCE_S = 10


def certificate(folder):
    """A certificate of its own for localhost; clients trust exactly it."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                    '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext',
                    'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', f'{folder}/key.pem',
                    '-out', f'{folder}/cert.pem'], check=True, capture_output=True)


class Exchange:
    def __init__(self, folder):
        config = f'''
server ex1 version Exchange2016
server ex2 version Exchange2013_SP1 tls {folder}/cert.pem {folder}/key.pem host localhost
account svc secret impersonates *
account ann@example.com own mailbox {ANN}
mailbox {ANN} ex1 name "Ann Example"
mailbox {BOB} ex2 name "Bob Example"
'''
        with open(f'{folder}/config', 'w') as f:
            f.write(config)
        self.process = subprocess.Popen([PROGRAM, '--config', f'{folder}/config', '--control', '0'],
                                        stdout=subprocess.PIPE, text=True)
        self.urls = {}
        for line in self.process.stdout:
            words = line.split()
            if words[0] == 'server':
                self.urls[words[1]] = words[2]
            elif words[0] == 'control':
                self.control = words[1]
            else:
                break

    def do(self, *lines):
        request = urllib.request.Request(self.control, '\n'.join(lines).encode())
        return json.load(urllib.request.urlopen(request, timeout=PATIENCE_S))

    def stop(self):
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


def account(url, user='svc', password='secret', address=ANN, auth=el.BASIC, access=el.IMPERSONATION):
    config = el.Configuration(service_endpoint=url, auth_type=auth, retry_policy=el.FailFast(),
                              credentials=el.Credentials(user, password), max_connections=3)
    return el.Account(address, config=config, autodiscover=False, access_type=access)


def kinds(notifications):
    return [type(e).__name__ for n in notifications for e in n.events]


def soon(check):
    end = time.time() + PATIENCE_S
    while not check():
        assert time.time() < end, 'nothing came'
        time.sleep(0.05)


def streamed(ann, act, want):
    """What arrives on a stream, opened first, while act() is done."""
    with ann.calendar.streaming_subscription() as subscription:
        got = []

        def read():
            for notification in ann.calendar.get_streaming_events(
                    subscription, connection_timeout=1, max_notifications_returned=want):
                got.append(notification)
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        soon(lambda: exchange.do('stats')['streams'] == 1)
        act()
        thread.join(PATIENCE_S)
        assert got, 'no notification'
        return kinds(got)


def basic_stream():
    ann = account(exchange.urls['ex1'])
    got = streamed(ann, lambda: exchange.do(f'create {ANN} Lunch'), 1)
    assert got == ['CreatedEvent', 'FreeBusyChangedEvent', 'ModifiedEvent'], got


def ntlm_stream():
    ann = account(exchange.urls['ex1'], auth=el.NTLM, user='EXAMPLE\\svc')
    got = streamed(ann, lambda: exchange.do(f'delete {ANN} Lunch'), 1)
    assert got[0] == 'DeletedEvent', got


def tls_stream():
    bob = account(exchange.urls['ex2'], address=BOB)
    got = streamed(bob, lambda: exchange.do(f'create {BOB} Tea'), 1)
    assert got[0] == 'CreatedEvent', got


def wrong_password(auth):
    try:
        account(exchange.urls['ex1'], password='wrong', auth=auth).calendar.total_count
    except errors.UnauthorizedError:
        return
    raise AssertionError('got in')


def impersonation_denied():
    exchange.do('impersonates svc bob@*')
    try:
        ann = account(exchange.urls['ex1'])
        with ann.calendar.pull_subscription():
            raise AssertionError('subscribed')
    except errors.ErrorImpersonateUserDenied:
        pass
    finally:
        exchange.do('impersonates svc *')


def pull():
    ann = account(exchange.urls['ex1'])
    with ann.calendar.pull_subscription() as (subscription, mark):
        got = list(ann.calendar.get_events(subscription, mark))
        assert kinds(got) == ['StatusEvent'], kinds(got)
        exchange.do(f'create {ANN} Pulled')
        got = list(ann.calendar.get_events(subscription, mark))
        assert 'CreatedEvent' in kinds(got), kinds(got)
        mark = list(got[-1].events)[-1].watermark
        got = list(ann.calendar.get_events(subscription, mark))
        assert kinds(got) == ['StatusEvent'], kinds(got)


def unknown_subscription():
    ann = account(exchange.urls['ex1'])
    bad = base64.b64encode(b'nothing of the kind').decode()
    try:
        list(ann.calendar.get_streaming_events(bad, connection_timeout=1))
    except (errors.ErrorInvalidSubscription, errors.ErrorSubscriptionNotFound):
        return
    raise AssertionError('no error')


def push():
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from exchangelib.services import SendNotification
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length']))
            service = SendNotification(protocol=None)
            got.extend(kinds(service.parse(body)))
            answer = service.ok_payload()
            self.send_response(200)
            self.send_header('Content-Type', 'text/xml; charset=utf-8')
            self.send_header('Content-Length', str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    server = HTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ann = account(exchange.urls['ex1'])
    with ann.calendar.push_subscription(callback_url=f'http://127.0.0.1:{server.server_port}/'):
        soon(lambda: 'StatusEvent' in got)
        exchange.do(f'create {ANN} Pushed')
        soon(lambda: 'CreatedEvent' in got)
    server.shutdown()


def pox_autodiscover():
    body = f'''<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
<EMailAddress>{BOB}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
</Request></Autodiscover>'''
    from exchangelib.autodiscover.properties import Autodiscover
    url = exchange.urls['ex1'].replace('/EWS/Exchange.asmx', '/autodiscover/autodiscover.xml')
    reply = requests.post(url, body, auth=('svc', 'secret'), timeout=PATIENCE_S)
    assert reply.status_code == 200, reply.status_code
    found = Autodiscover.from_bytes(reply.content).response
    assert found.protocol.ews_url == exchange.urls['ex2'], found.protocol.ews_url


def silent_after_move():
    ann = account(exchange.urls['ex1'])
    with ann.calendar.pull_subscription() as (subscription, mark):
        exchange.do(f'move {ANN} to ex2', f'create {ANN} Unheard')
        try:
            got = list(ann.calendar.get_events(subscription, mark))
            assert kinds(got) == ['StatusEvent'], kinds(got)
        finally:
            exchange.do(f'move {ANN} to ex1')


def busy():
    ann = account(exchange.urls['ex1'])
    exchange.do('throttle ex1 3s')
    try:
        with ann.calendar.pull_subscription():
            raise AssertionError('served')
    except errors.ErrorServerBusy as e:
        assert e.back_off == 3.0, e.back_off
    finally:
        exchange.do('throttle ex1 off')


TESTS = {
    'a stream tells of a new item over Basic': basic_stream,
    'a stream tells of a deleted item over NTLM': ntlm_stream,
    'a stream tells of a new item over TLS with its own CA': tls_stream,
    'a wrong password is refused over Basic': lambda: wrong_password(el.BASIC),
    'a wrong password is refused over NTLM': lambda: wrong_password(el.NTLM),
    'impersonation of somebody else is denied': impersonation_denied,
    'a pull subscription gives each event once': pull,
    'an unknown subscription is an error': unknown_subscription,
    'push notifications arrive': push,
    'POX Autodiscover names the server of the mailbox': pox_autodiscover,
    'a subscription is silent after a move': silent_after_move,
    'a busy server says for how long': busy,
}

failed = 0
with tempfile.TemporaryDirectory() as folder:
    certificate(folder)
    os.environ['REQUESTS_CA_BUNDLE'] = f'{folder}/cert.pem'
    BaseProtocol.TIMEOUT = PATIENCE_S
    exchange = Exchange(folder)
    for name, test in TESTS.items():
        try:
            test()
            print(f'PASS exchangelib: {name}', flush=True)
        except Exception as e:
            failed += 1
            print(f'FAIL exchangelib: {name}: {type(e).__name__}: {e}', flush=True)
    if exchange.stop() != 0:
        failed += 1
        print('FAIL exchangelib: the simulator ends well')
sys.exit(1 if failed else 0)
