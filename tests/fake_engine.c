/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An engine that a test may have do anything: the commands are die, hang,
 * nonsense and count, which tells
 * how many directives and kept messages it was given. A directive called
 * wrong is one; one called never keeps it from being ready.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "module/pipe.h"

static unsigned directives, kept;
static int64_t wrong;
static int never;

static void say(enum pipe_kind kind, uint32_t id, int64_t number,
		const char *text)
{
	const struct pipe_message message = { .kind = kind,
					      .id = id,
					      .number = number,
					      .texts = { text, text } };
	static char packet[PIPE_BYTES_MAX];

	send(PIPE_FD, packet, pipe_write(packet, &message), MSG_NOSIGNAL);
}

static void command(const struct pipe_message *message)
{
	const char *word = message->texts[0];
	char text[64];

	if (!strcmp(word, "die"))
		abort();
	if (!strcmp(word, "hang"))
		for (;;)
			pause();
	if (!strcmp(word, "nonsense"))
		send(PIPE_FD, "nonsense", 8, MSG_NOSIGNAL);

	snprintf(text, sizeof(text), "%u directives, %u kept", directives,
		 kept);
	say(PIPE_PART, message->id, 0, text);
	say(PIPE_PART, message->id, 0, word);
	say(PIPE_ANSWER, message->id, (int64_t)strlen(word), "");
}

static void directive(const struct pipe_message *message)
{
	directives++;
	if (!strcmp(message->texts[0], "wrong"))
		wrong = message->number;
	never |= !strcmp(message->texts[0], "never");
}

static void judge(void)
{
	say(wrong ? PIPE_WRONG : PIPE_GOOD, 0, wrong, "is not so");
	exit(0);
}

static void start(void)
{
	say(PIPE_STATE, 0, 7, "busy");
	if (!never)
		say(PIPE_READY, 0, 0, "");
}

static void take(const struct pipe_message *message)
{
	enum pipe_kind kind = message->kind;

	if (kind == PIPE_DIRECTIVE)
		directive(message);
	else if (kind == PIPE_CHECK)
		judge();
	else if (kind == PIPE_START)
		start();
	else if (kind == PIPE_PING)
		say(PIPE_PONG, 0, 0, "");
	else if (kind == PIPE_COMMAND)
		command(message);
	else
		kept++;
}

int main(void)
{
	static char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	ssize_t bytes;

	while ((bytes = recv(PIPE_FD, packet, sizeof(packet), 0)) > 0)
		if (!pipe_read(&message, PIPE_WAY_DOWN, packet, (size_t)bytes,
			       NULL))
			take(&message);
	return 0;
}
