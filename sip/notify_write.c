/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "sip/notify_write.h"

enum { FIXED_BYTES = 512, NUMBER_SIZE = 16 };

static char *put(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

#define PUT_CONST(at, text) \
	((char *)memcpy(at, text, sizeof(text) - 1) + sizeof(text) - 1)

static char *put_number(char *at, size_t number)
{
	char digits[3 * sizeof(number)];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count)
		*at++ = digits[--count];
	return at;
}

/* Ours, as the watcher knows it: what stands in "<sip:HOST:PORT;...>". */
static char *put_sent_by(char *at, const char *contact)
{
	const char *begin = strchr(contact, ':');
	size_t len;

	begin = begin ? begin + 1 : contact;
	len = strcspn(begin, ";>");
	memcpy(at, begin, len);
	return at + len;
}

size_t notify_write_room(const struct notify_request *notify)
{
	const struct dialog *dialog = notify->dialog;

	return FIXED_BYTES + strlen(dialog->target) + strlen(dialog->local) +
	       strlen(dialog->remote) + strlen(dialog->call_id) +
	       strlen(dialog->routes) + 2 * strlen(dialog->contact) +
	       strlen(dialog->event) + strlen(notify->state) +
	       strlen(notify->content_type) + notify->body_bytes;
}

static char *put_dialog(char *at, struct dialog *dialog, const char *transport,
			const char *branch)
{
	at = PUT_CONST(at, "NOTIFY ");
	at = put(at, dialog->target);
	at = PUT_CONST(at, " SIP/2.0\r\nVia: SIP/2.0/");
	at = put(at, transport);
	at = PUT_CONST(at, " ");
	at = put_sent_by(at, dialog->contact);
	at = PUT_CONST(at, ";rport;branch=");
	at = put(at, branch);
	at = PUT_CONST(at, "\r\nMax-Forwards: 70\r\nFrom: ");
	at = put(at, dialog->local);
	at = PUT_CONST(at, ";tag=");
	at = put(at, dialog->local_tag);
	at = PUT_CONST(at, "\r\nTo: ");
	at = put(at, dialog->remote);
	at = PUT_CONST(at, "\r\nCall-ID: ");
	at = put(at, dialog->call_id);
	at = PUT_CONST(at, "\r\nCSeq: ");
	at = put_number(at, ++dialog->local_cseq);
	at = PUT_CONST(at, " NOTIFY\r\nContact: ");
	at = put(at, dialog->contact);
	if (*dialog->routes) {
		at = PUT_CONST(at, "\r\nRoute: ");
		at = put(at, dialog->routes);
	}
	at = PUT_CONST(at, "\r\nEvent: ");
	return put(at, dialog->event);
}

size_t notify_write(char *out, const struct notify_request *notify,
		    const char *transport, const char *branch)
{
	char *at = put_dialog(out, notify->dialog, transport, branch);

	at = PUT_CONST(at, "\r\nSubscription-State: ");
	at = put(at, notify->state);
	at = PUT_CONST(at, "\r\nContent-Type: ");
	at = put(at, notify->content_type);
	at = PUT_CONST(at, "\r\nContent-Length: ");
	at = put_number(at, notify->body_bytes);
	at = PUT_CONST(at, "\r\n\r\n");
	memcpy(at, notify->body, notify->body_bytes);
	return (size_t)(at - out) + notify->body_bytes;
}
