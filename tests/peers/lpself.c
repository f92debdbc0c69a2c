/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * liblinphone as somebody's own phone: publishes of itself what it reads, a
 * word a line: free, busy, away, meeting, phone or gone. For claims_peers.
 *
 *   lpself LINPHONERC LOGDIR
 */
#include <linphone/presence.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/peers/lp_kit.h"

static const struct {
	const char *word;
	LinphonePresenceActivityType activity;
} words[] = {
	{ "busy", LinphonePresenceActivityBusy },
	{ "away", LinphonePresenceActivityAway },
	{ "meeting", LinphonePresenceActivityMeeting },
	{ "phone", LinphonePresenceActivityOnThePhone },
};

static void say(LinphoneCore *core, const char *word)
{
	LinphonePresenceModel *model = linphone_presence_model_new();

	linphone_presence_model_set_basic_status(
		model, LinphonePresenceBasicStatusOpen);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].word, word))
			linphone_presence_model_set_activity(model,
							     words[i].activity,
							     NULL);
	linphone_core_set_presence_model(core, model);
	linphone_presence_model_unref(model);
	printf("said %s\n", word);
	fflush(stdout);
}

static bool_t listen_for_words(LinphoneCore *core)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char line[64];
	ssize_t len;

	if (poll(&in, 1, 10) <= 0)
		return TRUE;
	len = read(STDIN_FILENO, line, sizeof(line) - 1);
	if (len <= 0)
		return FALSE;
	line[len] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	if (!strcmp(line, "gone"))
		return FALSE;
	say(core, line);
	return TRUE;
}

int main(int argc, char **argv)
{
	static const struct lp_handlers with = { .wait = listen_for_words };

	return lp_main(argc, argv, &with);
}
