/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdio.h>

#include "tests/peers/lp_kit.h"

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

int lp_main(int argc, char **argv, const struct lp_handlers *with)
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
	if (with->on_presence)
		linphone_core_cbs_set_notify_presence_received(
			handlers, with->on_presence);
	linphone_core_cbs_set_registration_state_changed(handlers,
							 on_registration);
	linphone_core_add_callbacks(core, handlers);
	linphone_core_start(core);
	linphone_core_set_network_reachable(core, TRUE);
	do
		linphone_core_iterate(core);
	while (with->wait(core) && !ended);
	linphone_core_stop(core);
	return 0;
}
