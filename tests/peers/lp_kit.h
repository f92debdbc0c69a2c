/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs made of liblinphone share: from its start to its end. */
#ifndef TESTS_PEERS_LP_KIT_H
#define TESTS_PEERS_LP_KIT_H

#include <linphone/core.h>

struct lp_handlers {
	/* NULL: who is watched does not matter. */
	LinphoneCoreCbsNotifyPresenceReceivedCb on_presence;
	/* Called again and again; takes some 10 ms. False ends the program. */
	bool_t (*wait)(LinphoneCore *core);
};

/*
 * main() of PROGRAM LINPHONERC LOGDIR: prints how registrations go, until
 * SIGTERM, SIGINT or the end of the waiting.
 */
int lp_main(int argc, char **argv, const struct lp_handlers *with);

#endif
