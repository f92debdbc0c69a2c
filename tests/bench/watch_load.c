/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Very many watchers on one UDP socket, for a daymarkd that runs already:
 *
 *   watch_load port=N [users=N] [watchers=N] [account=USER@DOMAIN secret=WORD]
 *
 * Each of user00001@example.com and so on is watched by so many. With an
 * account each SUBSCRIBE is challenged and answers by Digest. Every NOTIFY is
 * answered. Lines on standard input: "mark" starts counting anew, "report"
 * tells as JSON how many watchers were told since and when the last answer
 * was sent, "trace" prints "USER WALL-CLOCK" for each from now on.
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

#include "base/crypto.h"
#include "tests/bench/load_kit.h"

enum {
	BATCH = 64,
	DATAGRAM = 4096,
	WORD = 128,
	BURST = 200, /* SUBSCRIBEs under way */
	PATIENCE_S = 240,
	AGAIN_S = 2,
};

struct watcher {
	unsigned cseq; /* of the last NOTIFY it saw */
	bool accepted, told;
};

struct load {
	unsigned server_port, own_port, users, watchers, all;
	char account[WORD], secret[WORD];
	int fd;
	struct watcher *watcher;
	unsigned accepted, told, fresh, again;
	double last_s;
	bool trace;
	char in[BATCH][DATAGRAM], out[BATCH][DATAGRAM];
	struct iovec in_parts[BATCH], out_parts[BATCH];
	struct mmsghdr in_heads[BATCH], out_heads[BATCH];
};

/* credentials: a header line with its end, or "". */
static void subscribe(struct load *load, unsigned watcher, unsigned cseq,
		      const char *credentials)
{
	char text[DATAGRAM];
	unsigned user = watcher % load->users + 1;
	int len = snprintf(
		text, sizeof(text),
		"SUBSCRIBE sip:user%05u@example.com SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKs%u.%u;rport\r\n"
		"Max-Forwards: 70\r\n"
		"From: <sip:%s>;tag=t%u\r\n"
		"To: <sip:user%05u@example.com>\r\n"
		"Call-ID: call-%u\r\nCSeq: %u SUBSCRIBE\r\n"
		"Contact: <sip:w%u@127.0.0.1:%u>\r\n%s"
		"Event: presence\r\nAccept: application/pidf+xml\r\n"
		"Expires: 3600\r\nContent-Length: 0\r\n\r\n",
		user, load->own_port, watcher, cseq,
		load->account[0] ? load->account : "watcher@elsewhere.test",
		watcher, user, watcher, cseq, watcher, load->own_port,
		credentials);

	send(load->fd, text, (size_t)len, 0);
}

static void copy_quoted(char *to, const char *line, const char *name)
{
	const char *found = strstr(line, name);
	size_t len;

	to[0] = '\0';
	if (!found)
		return;
	found += strlen(name);
	len = strcspn(found, "\"");
	if (len < WORD)
		snprintf(to, WORD, "%.*s", (int)len, found);
}

/* Of several challenges the line that asks for MD5, or NULL. */
static const char *md5_challenge(const char *text)
{
	const char *asks = strstr(text, "algorithm=MD5");

	return asks ? memrchr(text, '\n', (size_t)(asks - text)) : NULL;
}

/* RFC 7616: MD5, qop auth. */
static void answer_challenge(struct load *load, unsigned watcher,
			     const char *text)
{
	char name[WORD], realm[WORD], nonce[WORD], part[4 * WORD],
		line[8 * WORD];
	char a1[CRYPTO_HEX_SIZE], a2[CRYPTO_HEX_SIZE],
		response[CRYPTO_HEX_SIZE];
	unsigned user = watcher % load->users + 1;
	const char *challenge = md5_challenge(text);

	if (!challenge || !load->account[0])
		return;

	copy_quoted(realm, challenge, "realm=\"");
	copy_quoted(nonce, challenge, "nonce=\"");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(load->account, "@"),
		 load->account);
	snprintf(part, sizeof(part), "%s:%s:%s", name, realm, load->secret);
	crypto_hash_hex(CRYPTO_MD5, part, strlen(part), a1);
	snprintf(part, sizeof(part), "SUBSCRIBE:sip:user%05u@example.com",
		 user);
	crypto_hash_hex(CRYPTO_MD5, part, strlen(part), a2);
	snprintf(part, sizeof(part), "%s:%s:00000001:abcdef01:auth:%s", a1,
		 nonce, a2);
	crypto_hash_hex(CRYPTO_MD5, part, strlen(part), response);
	snprintf(line, sizeof(line),
		 "Authorization: Digest username=\"%s\", realm=\"%s\", "
		 "nonce=\"%s\", uri=\"sip:user%05u@example.com\", "
		 "response=\"%s\", algorithm=MD5, cnonce=\"abcdef01\", "
		 "qop=auth, nc=00000001\r\n",
		 name, realm, nonce, user, response);
	subscribe(load, watcher, 2, line);
}

static unsigned long number_after(const char *text, const char *name)
{
	const char *found = strstr(text, name);

	return found ? strtoul(found + strlen(name), NULL, 10) : ~0UL;
}

static void note_answer(struct load *load, const char *text)
{
	unsigned long watcher = number_after(text, "Call-ID: call-");
	bool good = !strncmp(text, "SIP/2.0 2", 9);

	if (watcher >= load->all)
		return;
	if (good && !load->watcher[watcher].accepted) {
		load->watcher[watcher].accepted = true;
		load->accepted++;
	} else if (!strncmp(text, "SIP/2.0 401", 11) &&
		   number_after(text, "\r\nCSeq: ") == 1) {
		answer_challenge(load, (unsigned)watcher, text);
	} else if (!good) {
		fprintf(stderr, "watch_load: %.60s\n", text);
	}
}

static void note_request(struct load *load, const char *text)
{
	unsigned long number = number_after(text, "Call-ID: call-");
	unsigned long cseq = number_after(text, "\r\nCSeq: ");
	struct watcher *watcher;

	if (number >= load->all)
		return;
	watcher = &load->watcher[number];
	if (cseq <= watcher->cseq) {
		load->again++;
		return;
	}

	watcher->cseq = (unsigned)cseq;
	load->told += !watcher->told;
	watcher->told = true;
	load->fresh++;
	if (load->trace)
		printf("%lu %.6f\n", number % load->users + 1,
		       load_clock_s(CLOCK_REALTIME));
}

/* Takes what came, answers what asks. */
static void serve(struct load *load)
{
	unsigned answers = 0;
	int count =
		recvmmsg(load->fd, load->in_heads, BATCH, MSG_DONTWAIT, NULL);

	for (int i = 0; i < count; i++) {
		load->in[i][load->in_heads[i].msg_len] = '\0';
		if (strncmp(load->in[i], "NOTIFY", 6) != 0) {
			note_answer(load, load->in[i]);
			continue;
		}
		note_request(load, load->in[i]);
		load->out_parts[answers].iov_len =
			load_answer(load->out[answers], load->in[i]);
		answers++;
	}
	if (answers) {
		sendmmsg(load->fd, load->out_heads, answers, 0);
		load->last_s = load_clock_s(CLOCK_REALTIME);
	}
}

static void prepare(struct load *load)
{
	for (unsigned i = 0; i < BATCH; i++) {
		load->in_parts[i] = (struct iovec){ load->in[i], DATAGRAM - 1 };
		load->out_parts[i] = (struct iovec){ load->out[i], 0 };
		load->in_heads[i].msg_hdr =
			(struct msghdr){ .msg_iov = &load->in_parts[i],
					 .msg_iovlen = 1 };
		load->out_heads[i].msg_hdr =
			(struct msghdr){ .msg_iov = &load->out_parts[i],
					 .msg_iovlen = 1 };
	}
}

/* Those that may have been lost, if nothing came for a while. */
static void ask_again(struct load *load, unsigned asked)
{
	double now_s = load_clock_s(CLOCK_REALTIME);

	if (now_s - load->last_s < AGAIN_S)
		return;

	load->last_s = now_s;
	for (unsigned i = 0; i < asked; i++)
		if (!load->watcher[i].accepted)
			subscribe(load, i, 1, "");
}

static void subscribe_all(struct load *load)
{
	struct pollfd poll_fd = { .fd = load->fd, .events = POLLIN };
	double begin = load_clock_s(CLOCK_MONOTONIC);
	unsigned asked = 0;

	load->last_s = load_clock_s(CLOCK_REALTIME);
	while (load->told < load->all || load->accepted < load->all) {
		while (asked < load->all && asked < load->told + BURST)
			subscribe(load, asked++, 1, "");
		poll(&poll_fd, 1, 10);
		serve(load);
		ask_again(load, asked);
		if (load_clock_s(CLOCK_MONOTONIC) - begin > PATIENCE_S) {
			fprintf(stderr, "watch_load: %u accepted, %u told\n",
				load->accepted, load->told);
			exit(EXIT_FAILURE);
		}
	}
	printf("{\"subscribed\": %u, \"seconds\": %.4f}\n", load->all,
	       load_clock_s(CLOCK_MONOTONIC) - begin);
}

static void mark(struct load *load)
{
	for (unsigned i = 0; i < load->all; i++)
		load->watcher[i].told = false;
	load->told = load->fresh = load->again = 0;
	printf("{\"marked\": true}\n");
}

/* false: the end. */
static bool obey(struct load *load)
{
	char line[WORD];
	ssize_t len = read(STDIN_FILENO, line, sizeof(line) - 1);

	if (len <= 0)
		return false;
	line[len] = '\0';
	if (!strcmp(line, "mark\n"))
		mark(load);
	else if (!strcmp(line, "trace\n"))
		load->trace = true;
	else if (!strcmp(line, "report\n"))
		printf("{\"told\": %u, \"notifies\": %u, \"again\": %u, "
		       "\"last\": %.6f}\n",
		       load->told, load->fresh, load->again, load->last_s);
	fflush(stdout);
	return true;
}

static void read_options(struct load *load, char **words)
{
	for (; *words; words++)
		if (sscanf(*words, "port=%u", &load->server_port) != 1 &&
		    sscanf(*words, "users=%u", &load->users) != 1 &&
		    sscanf(*words, "watchers=%u", &load->watchers) != 1 &&
		    sscanf(*words, "account=%100s", load->account) != 1 &&
		    sscanf(*words, "secret=%100s", load->secret) != 1) {
			fprintf(stderr, "watch_load: what is %s?\n", *words);
			exit(EXIT_FAILURE);
		}
	load->all = load->users * load->watchers;
	if (!load->server_port || !load->all) {
		fprintf(stderr, "watch_load: want a port, and 1 or more\n");
		exit(EXIT_FAILURE);
	}
}

int main(int argc, char **argv)
{
	static struct load load = { .users = 1000, .watchers = 1 };
	struct pollfd polls[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				   { .events = POLLIN } };

	(void)argc;
	read_options(&load, argv + 1);
	load.watcher = calloc(load.all, sizeof(struct watcher));
	if (!load.watcher)
		load_fail("no memory");
	load.fd = load_socket(load.server_port, 256 << 20);
	load.own_port = load_port(load.fd);
	prepare(&load);
	subscribe_all(&load);
	fflush(stdout);

	polls[1].fd = load.fd;
	do {
		poll(polls, 2, -1);
		serve(&load);
	} while (!polls[0].revents || obey(&load));

	free(load.watcher);
	return EXIT_SUCCESS;
}
