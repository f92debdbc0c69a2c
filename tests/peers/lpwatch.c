/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * liblinphone as a watcher: prints what its model holds of a friend whenever a
 * NOTIFY came. For watchers.py.
 *
 *   lpwatch LINPHONERC LOGDIR
 *   -> sip:ann@example.test open Busy [busy,meeting] "In a meeting until 10:30"
 */
#include <bctoolbox/port.h>
#include <linphone/core.h>
#include <linphone/presence.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static const char *basic_word(const LinphonePresenceModel *model)
{
	return linphone_presence_model_get_basic_status(model) ==
			       LinphonePresenceBasicStatusOpen
		       ? "open"
		       : "closed";
}

static const char *shown_word(LinphoneFriend *person)
{
	switch (linphone_friend_get_consolidated_presence(person)) {
	case LinphoneConsolidatedPresenceOnline:
		return "Online";
	case LinphoneConsolidatedPresenceBusy:
		return "Busy";
	case LinphoneConsolidatedPresenceDoNotDisturb:
		return "DoNotDisturb";
	case LinphoneConsolidatedPresenceOffline:
		break;
	}
	return "Offline";
}

static void print_activities(const LinphonePresenceModel *model)
{
	unsigned count = linphone_presence_model_get_nb_activities(model);

	for (unsigned i = 0; i < count; i++) {
		LinphonePresenceActivity *activity =
			linphone_presence_model_get_nth_activity(model, i);
		char *text = linphone_presence_activity_to_string(activity);

		printf("%s%s", i ? "," : "", text);
		bctbx_free(text);
	}
}

static void on_presence(LinphoneCore *core, LinphoneFriend *person)
{
	const LinphoneAddress *address = linphone_friend_get_address(person);
	const LinphonePresenceModel *model =
		linphone_friend_get_presence_model(person);
	LinphonePresenceNote *note;
	char *uri;

	(void)core;
	if (!model)
		return;

	uri = linphone_address_as_string_uri_only(address);
	note = linphone_presence_model_get_note(model, NULL);
	printf("%s %s %s [", uri, basic_word(model), shown_word(person));
	print_activities(model);
	printf("] \"%s\"\n",
	       note ? linphone_presence_note_get_content(note) : "");
	fflush(stdout);
	bctbx_free(uri);
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
	linphone_core_cbs_set_notify_presence_received(handlers, on_presence);
	linphone_core_cbs_set_registration_state_changed(handlers,
							 on_registration);
	linphone_core_add_callbacks(core, handlers);
	linphone_core_start(core);
	linphone_core_set_network_reachable(core, TRUE);
	while (!ended) {
		linphone_core_iterate(core);
		bctbx_sleep_ms(10);
	}
	linphone_core_stop(core);
	return 0;
}
