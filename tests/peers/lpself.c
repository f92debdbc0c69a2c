/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * liblinphone as somebody's own phone: publishes of itself what it reads, a
 * word a line: free, busy, away, meeting, phone or gone. For claims_peers.
 *
 *   lpself LINPHONERC LOGDIR
 */
#include <bctoolbox/port.h>
#include <linphone/core.h>
#include <linphone/presence.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *word;
	LinphonePresenceActivityType activity;
} words[] = {
	{ "busy", LinphonePresenceActivityBusy },
	{ "away", LinphonePresenceActivityAway },
	{ "meeting", LinphonePresenceActivityMeeting },
	{ "phone", LinphonePresenceActivityOnThePhone },
};

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static void on_registration(LinphoneCore *core, LinphoneProxyConfig *account,
			    LinphoneRegistrationState state,
			    const char *message)
{
	(void)core;
	(void)account;
	if (state == LinphoneRegistrationOk)
		puts("registered");
	else if (state == LinphoneRegistrationFailed)
		printf("registration failed: %s\n", message);
	fflush(stdout);
}

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

static void listen_for_words(LinphoneCore *core)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char line[64];
	ssize_t len;

	if (poll(&in, 1, 10) <= 0)
		return;
	len = read(STDIN_FILENO, line, sizeof(line) - 1);
	if (len <= 0) {
		ended = 1;
		return;
	}
	line[len] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	if (!strcmp(line, "gone"))
		ended = 1;
	else
		say(core, line);
}

int main(int argc, char **argv)
{
	LinphoneFactory *factory = linphone_factory_get();
	LinphoneCoreCbs *handlers;
	LinphoneCore *core;

	if (argc != 3)
		return 2;

	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	linphone_core_set_log_collection_path(argv[2]);
	linphone_core_enable_log_collection(
		LinphoneLogCollectionEnabledWithoutPreviousLogHandler);
	core = linphone_factory_create_core_3(factory, argv[1], NULL, NULL);
	handlers = linphone_factory_create_core_cbs(factory);
	linphone_core_cbs_set_registration_state_changed(handlers,
							 on_registration);
	linphone_core_add_callbacks(core, handlers);
	linphone_core_start(core);
	linphone_core_set_network_reachable(core, TRUE);
	while (!ended) {
		linphone_core_iterate(core);
		listen_for_words(core);
	}
	linphone_core_stop(core);
	return 0;
}
