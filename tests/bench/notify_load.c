/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How fast the bundled server tells N watchers, against a bare sender of the
 * same bytes on the same machine in the same run:
 *
 *   notify_load [presentities=N] [watchers=N] [rounds=N] [settle=SECONDS]
 *               [silent=1]
 *
 * With watchers=W each presentity has W of them. The server is a process of
 * its own; this one is all the watchers, answers every NOTIFY and prints one
 * JSON object. Times are from the change of state to the last answer read by
 * the sender; the best and the median of all rounds are told.
 *
 * With silent=1 no watcher answers once all watch: told is what it costs until
 * the server has given them up.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load_kit.h"
#include "tests/bench/notify_senders.h"

enum {
	BATCH = 64,
	DATAGRAM = 4096,
	ROUNDS_MAX = 100,
	BURST = 200, /* SUBSCRIBEs under way */
	PATIENCE_S = 60,
};

struct load {
	unsigned presentities, watchers, rounds, settle_s, silent;
	bool mute; /* answers nothing any more */
	int fd;
	struct sockaddr_in server;
	unsigned subscribed, notified;
	unsigned *cseq; /* of the last NOTIFY each watcher saw */
	char in[BATCH][DATAGRAM], out[BATCH][DATAGRAM];
	struct iovec in_parts[BATCH], out_parts[BATCH];
	struct mmsghdr in_heads[BATCH], out_heads[BATCH];
	struct sockaddr_in from[BATCH];
};

struct measure {
	double best_s, median_s, cpu_us;
};

static void subscribe(struct load *load, unsigned watcher)
{
	char text[DATAGRAM];
	unsigned port = load_port(load->fd);
	int len = snprintf(
		text, sizeof(text),
		"SUBSCRIBE sip:u%u@bench.test SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKs%u;rport\r\n"
		"Max-Forwards: 70\r\n"
		"From: <sip:w%u@elsewhere.test>;tag=t%u\r\n"
		"To: <sip:u%u@bench.test>\r\n"
		"Call-ID: call-%u\r\nCSeq: 1 SUBSCRIBE\r\n"
		"Contact: <sip:w%u@127.0.0.1:%u>\r\n"
		"Event: presence\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n",
		watcher % load->presentities, port, watcher, watcher, watcher,
		watcher % load->presentities, watcher, watcher, port);

	sendto(load->fd, text, (size_t)len, 0, (struct sockaddr *)&load->server,
	       sizeof(load->server));
}

static void note_request(struct load *load, const char *request)
{
	const char *call = strstr(request, "Call-ID: call-");
	const char *cseq = strstr(request, "\r\nCSeq: ");
	unsigned long watcher, number;

	if (!call || !cseq)
		return;
	watcher = strtoul(call + 14, NULL, 10);
	number = strtoul(cseq + 8, NULL, 10);
	if (watcher >= (unsigned long)load->watchers * load->presentities ||
	    number <= load->cseq[watcher])
		return;

	load->cseq[watcher] = (unsigned)number;
	load->notified++;
}

/* Takes what came, answers what asks. */
static void serve(struct load *load, int wait_ms)
{
	struct pollfd poll_fd = { .fd = load->fd, .events = POLLIN };
	int count, answers = 0;

	if (poll(&poll_fd, 1, wait_ms) <= 0)
		return;

	for (unsigned i = 0; i < BATCH; i++) {
		load->in_parts[i] = (struct iovec){ load->in[i], DATAGRAM - 1 };
		load->in_heads[i].msg_hdr =
			(struct msghdr){ .msg_name = &load->from[i],
					 .msg_namelen = sizeof(load->from[i]),
					 .msg_iov = &load->in_parts[i],
					 .msg_iovlen = 1 };
	}
	count = recvmmsg(load->fd, load->in_heads, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < count; i++) {
		load->in[i][load->in_heads[i].msg_len] = '\0';
		if (strncmp(load->in[i], "NOTIFY", 6) != 0) {
			load->subscribed +=
				!strncmp(load->in[i], "SIP/2.0 2", 9);
			continue;
		}
		note_request(load, load->in[i]);
		load->out_parts[answers].iov_base = load->out[answers];
		load->out_parts[answers].iov_len =
			load_answer(load->out[answers], load->in[i]);
		load->out_heads[answers].msg_hdr =
			(struct msghdr){ .msg_name = &load->from[i],
					 .msg_namelen = sizeof(load->from[i]),
					 .msg_iov = &load->out_parts[answers],
					 .msg_iovlen = 1 };
		answers++;
	}
	if (answers && !load->mute)
		sendmmsg(load->fd, load->out_heads, (unsigned)answers, 0);
}

static double subscribe_all(struct load *load)
{
	unsigned all = load->presentities * load->watchers, asked = 0;
	double begin = load_clock_s(CLOCK_MONOTONIC);

	while (load->notified < all || load->subscribed < all) {
		while (asked < all && asked < load->notified + BURST)
			subscribe(load, asked++);
		serve(load, 10);
		if (load_clock_s(CLOCK_MONOTONIC) - begin > PATIENCE_S) {
			errno = ETIMEDOUT;
			load_fail("not all could subscribe");
		}
	}

	return load_clock_s(CLOCK_MONOTONIC) - begin;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct measure measure(struct load *load, const struct sender *sender)
{
	double times[ROUNDS_MAX], cpu_s = 0;
	unsigned all = load->presentities * load->watchers;

	for (unsigned i = 0; i < load->rounds; i++) {
		struct pollfd done = { .fd = sender->told, .events = POLLIN };
		struct told told = { 0 };

		if (write(sender->ask, "p", 1) != 1)
			load_fail("the sender is gone");
		while (poll(&done, 1, 0) <= 0)
			serve(load, 1);
		if (read(sender->told, &told, sizeof(told)) != sizeof(told))
			load_fail("the sender is gone");
		times[i] = told.seconds;
		cpu_s += told.cpu_s;
	}

	qsort(times, load->rounds, sizeof(times[0]), by_size);
	return (struct measure){ times[0], times[load->rounds / 2],
				 cpu_s / load->rounds / all * 1e6 };
}

static long resident_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "VmRSS: %ld", &kb);
	if (file)
		fclose(file);
	return kb;
}

static void tell_the_silent(struct load *load, const struct sender *sender)
{
	struct pollfd done = { .fd = sender->told, .events = POLLIN };
	struct told told = { 0 };
	long before_kb = resident_kb(sender->pid), most_kb = before_kb;

	load->mute = true;
	if (write(sender->ask, "p", 1) != 1)
		load_fail("the sender is gone");
	while (poll(&done, 1, 0) <= 0) {
		long kb = resident_kb(sender->pid);

		most_kb = kb > most_kb ? kb : most_kb;
		serve(load, 100);
	}
	if (read(sender->told, &told, sizeof(told)) != sizeof(told))
		load_fail("the sender is gone");

	printf("{\"silent_watchers\": %u, \"silent_s\": %.1f,"
	       " \"silent_cpu_share\": %.3f, \"silent_grown_kb\": %ld}\n",
	       load->presentities * load->watchers, told.seconds,
	       told.cpu_s / told.seconds, most_kb - before_kb);
}

static void settle(struct load *load)
{
	double until = load_clock_s(CLOCK_MONOTONIC) + load->settle_s;

	while (load_clock_s(CLOCK_MONOTONIC) < until)
		serve(load, 100);
}

static void begin(struct load *load, struct sender *sender,
		  void (*start)(struct sender *sender, unsigned presentities,
				unsigned watchers, unsigned port))
{
	start(sender, load->presentities, load->watchers, load_port(load->fd));
	load->server = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)sender->port),
	};
}

static void end(const struct sender *sender)
{
	close(sender->ask);
	waitpid(sender->pid, NULL, 0);
	close(sender->told);
}

static void print(const struct load *load, const struct measure *ours,
		  const struct measure *bare, double subscribe_s, long grown_kb)
{
	double all = load->presentities * load->watchers;

	printf("{\"presentities\": %u, \"watchers_each\": %u, \"rounds\": %u,\n"
	       " \"subscribe_per_s\": %.0f,\n"
	       " \"notify_s\": %.4f, \"notify_best_s\": %.4f,"
	       " \"notify_per_s\": %.0f, \"notify_cpu_us\": %.2f,\n"
	       " \"bare_s\": %.4f, \"bare_best_s\": %.4f,"
	       " \"bare_per_s\": %.0f, \"bare_cpu_us\": %.2f,\n"
	       " \"notify_vs_bare_udp\": %.3f, \"bytes_per_watch\": ",
	       load->presentities, load->watchers, load->rounds,
	       all / subscribe_s, ours->median_s, ours->best_s,
	       all / ours->median_s, ours->cpu_us, bare->median_s, bare->best_s,
	       all / bare->median_s, bare->cpu_us,
	       bare->median_s / ours->median_s);
	if (load->settle_s)
		printf("%.0f}\n", (double)grown_kb * 1024 / all);
	else
		printf("null}\n");
}

static void read_options(struct load *load, char **words)
{
	for (; *words; words++)
		if (sscanf(*words, "presentities=%u", &load->presentities) !=
			    1 &&
		    sscanf(*words, "watchers=%u", &load->watchers) != 1 &&
		    sscanf(*words, "rounds=%u", &load->rounds) != 1 &&
		    sscanf(*words, "settle=%u", &load->settle_s) != 1 &&
		    sscanf(*words, "silent=%u", &load->silent) != 1) {
			fprintf(stderr, "notify_load: what is %s?\n", *words);
			exit(EXIT_FAILURE);
		}
	if (!load->presentities || !load->watchers || !load->rounds ||
	    load->rounds > ROUNDS_MAX) {
		fprintf(stderr, "notify_load: want 1 or more; %d rounds\n",
			ROUNDS_MAX);
		exit(EXIT_FAILURE);
	}
}

int main(int argc, char **argv)
{
	static struct load load = { .presentities = 10000,
				    .watchers = 1,
				    .rounds = 5 };
	struct measure ours, bare;
	struct sender sender;
	double subscribe_s;
	long before_kb, after_kb;

	(void)argc;
	signal(SIGPIPE, SIG_IGN);
	read_options(&load, argv + 1);
	load.cseq = calloc((size_t)load.presentities * load.watchers,
			   sizeof(unsigned));
	load.fd = load_socket(0, 256 << 20);

	begin(&load, &sender, start_server);
	before_kb = resident_kb(sender.pid);
	subscribe_s = subscribe_all(&load);
	settle(&load);
	if (load.silent) {
		tell_the_silent(&load, &sender);
		end(&sender);
		free(load.cseq);
		return EXIT_SUCCESS;
	}
	after_kb = resident_kb(sender.pid);
	ours = measure(&load, &sender);
	end(&sender);

	memset(load.cseq, 0,
	       (size_t)load.presentities * load.watchers * sizeof(unsigned));
	begin(&load, &sender, start_bare);
	bare = measure(&load, &sender);
	end(&sender);

	print(&load, &ours, &bare, subscribe_s, after_kb - before_kb);
	free(load.cseq);
	return EXIT_SUCCESS;
}
