/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PUBLISH for user00001@example.com and so on at a presence server over UDP,
 * one each, as fast as it answers:
 *
 *   publish_load port=N [users=N] [window=N]
 *
 * Each line on standard input is a round, "NUMBER" of users from the first;
 * told as JSON when the last was answered: when the first was sent (wall
 * clock), seconds, and how often one had to be sent again. Documents change
 * from round to round (RFC 3903, SIP-If-Match).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load_kit.h"

enum {
	DATAGRAM = 4096,
	TAG = 64,
	LINE = 32,
	PATIENCE_S = 60,
	AGAIN_S = 1, /* until one is sent again */
};

struct user {
	char etag[TAG];
	unsigned cseq;
	bool answered;
	double sent_s;
};

struct load {
	unsigned port, own_port, users, window;
	int fd;
	struct user *user;
	unsigned asked, answered, again, wanted;
};

static int write_body(char *out, size_t size, unsigned number, unsigned cseq)
{
	return snprintf(
		out, size,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
		" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
		" xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\""
		" entity=\"sip:user%05u@example.com\">"
		"<tuple id=\"calendar\"><status><basic>open</basic></status>"
		"<contact>sip:user%05u@example.com</contact></tuple>"
		"<dm:person id=\"p\"><rpid:activities"
		" from=\"2026-01-01T09:00:00Z\" until=\"2026-01-01T10:00:00Z\">"
		"<rpid:%s/></rpid:activities><dm:note>%u</dm:note></dm:person>"
		"</presence>\n",
		number, number, cseq % 2 ? "meeting" : "appointment", cseq);
}

static void publish(struct load *load, unsigned index)
{
	struct user *user = &load->user[index];
	char text[DATAGRAM], body[DATAGRAM / 2], match[2 * TAG] = "";
	unsigned number = index + 1;
	int body_len = write_body(body, sizeof(body), number, user->cseq);
	int len;

	if (user->etag[0])
		snprintf(match, sizeof(match), "SIP-If-Match: %s\r\n",
			 user->etag);
	len = snprintf(text, sizeof(text),
		       "PUBLISH sip:user%05u@example.com SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 127.0.0.1:%u;"
		       "branch=z9hG4bKp%u.%u;rport\r\n"
		       "Max-Forwards: 70\r\n"
		       "From: <sip:user%05u@example.com>;tag=p%u\r\n"
		       "To: <sip:user%05u@example.com>\r\n"
		       "Call-ID: publish-%u\r\nCSeq: %u PUBLISH\r\n"
		       "Event: presence\r\nExpires: 3600\r\n%s"
		       "Content-Type: application/pidf+xml\r\n"
		       "Content-Length: %d\r\n\r\n%s",
		       number, load->own_port, index, user->cseq, number, index,
		       number, index, user->cseq, match, body_len, body);
	send(load->fd, text, (size_t)len, 0);
	user->sent_s = load_clock_s(CLOCK_MONOTONIC);
}

static void keep_etag(struct user *user, const char *text)
{
	static const char name[] = "\r\nSIP-ETag: ";
	const char *found = strcasestr(text, name);

	if (!found)
		return;
	found += sizeof(name) - 1;
	snprintf(user->etag, sizeof(user->etag), "%.*s",
		 (int)strcspn(found, "\r\n"), found);
}

static void note_answer(struct load *load, const char *text)
{
	const char *call = strstr(text, "Call-ID: publish-");
	const char *cseq = strstr(text, "\r\nCSeq: ");
	unsigned long index, number;
	struct user *user;

	if (!call || !cseq || !strncmp(text, "SIP/2.0 1", 9))
		return;
	index = strtoul(call + 17, NULL, 10);
	number = strtoul(cseq + 8, NULL, 10);
	if (index >= load->wanted)
		return;
	user = &load->user[index];
	if (user->answered || number != user->cseq)
		return;
	if (strncmp(text, "SIP/2.0 200", 11) != 0) {
		fprintf(stderr, "publish_load: %.60s\n", text);
		exit(EXIT_FAILURE);
	}

	keep_etag(user, text);
	user->answered = true;
	load->answered++;
}

static void serve(struct load *load)
{
	struct pollfd poll_fd = { .fd = load->fd, .events = POLLIN };
	char text[DATAGRAM];
	ssize_t len;

	poll(&poll_fd, 1, 20);
	while ((len = recv(load->fd, text, sizeof(text) - 1, MSG_DONTWAIT)) >
	       0) {
		text[len] = '\0';
		note_answer(load, text);
	}
}

static void send_again(struct load *load)
{
	double before_s = load_clock_s(CLOCK_MONOTONIC) - AGAIN_S;

	for (unsigned i = 0; i < load->asked; i++)
		if (!load->user[i].answered &&
		    load->user[i].sent_s < before_s) {
			publish(load, i);
			load->again++;
		}
}

static void play(struct load *load)
{
	double began_s = load_clock_s(CLOCK_REALTIME), looked_s;
	double begin_s = load_clock_s(CLOCK_MONOTONIC), now_s = begin_s;

	load->asked = load->answered = load->again = 0;
	for (looked_s = begin_s; load->answered < load->wanted;) {
		while (load->asked < load->wanted &&
		       load->asked - load->answered < load->window) {
			load->user[load->asked].answered = false;
			load->user[load->asked].cseq++;
			publish(load, load->asked++);
		}
		serve(load);
		now_s = load_clock_s(CLOCK_MONOTONIC);
		if (now_s - looked_s > AGAIN_S) {
			send_again(load);
			looked_s = now_s;
		}
		if (now_s - begin_s > PATIENCE_S) {
			errno = ETIMEDOUT;
			load_fail("not all were answered");
		}
	}
	printf("{\"published\": %u, \"began\": %.6f, \"seconds\": %.4f, "
	       "\"again\": %u}\n",
	       load->wanted, began_s, now_s - begin_s, load->again);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct load load = { .users = 1000, .window = 50 };
	char line[LINE];

	(void)argc;
	for (char **words = argv + 1; *words; words++)
		if (sscanf(*words, "port=%u", &load.port) != 1 &&
		    sscanf(*words, "users=%u", &load.users) != 1 &&
		    sscanf(*words, "window=%u", &load.window) != 1) {
			fprintf(stderr, "publish_load: what is %s?\n", *words);
			return EXIT_FAILURE;
		}
	load.user = calloc(load.users ? load.users : 1, sizeof(struct user));
	if (!load.user || !load.port || !load.users || !load.window) {
		fprintf(stderr, "publish_load: want a port, and 1 or more\n");
		return EXIT_FAILURE;
	}

	load.fd = load_socket(load.port, 16 << 20);
	load.own_port = load_port(load.fd);
	while (fgets(line, sizeof(line), stdin)) {
		load.wanted = (unsigned)strtoul(line, NULL, 10);
		if (load.wanted > load.users)
			load.wanted = load.users;
		play(&load);
	}
	free(load.user);
	return EXIT_SUCCESS;
}
