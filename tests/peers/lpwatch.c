/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * liblinphone as a watcher: prints what its model holds of a friend whenever a
 * NOTIFY came. For watchers.py.
 *
 *   lpwatch LINPHONERC LOGDIR
 *   -> sip:ann@example.test open Busy [busy,meeting] "In a meeting until 10:30"
 */
#include <bctoolbox/port.h>
#include <linphone/presence.h>
#include <stdio.h>

#include "tests/peers/lp_kit.h"

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

static bool_t wait_ms(LinphoneCore *core)
{
	(void)core;
	bctbx_sleep_ms(10);
	return TRUE;
}

int main(int argc, char **argv)
{
	static const struct lp_handlers with = { .on_presence = on_presence,
						 .wait = wait_ms };

	return lp_main(argc, argv, &with);
}
