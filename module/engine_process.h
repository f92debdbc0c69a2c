/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The engine for a presence server that it is not loaded into: documents go
 * to the server by PUBLISH, what its users publish comes in by SIP, and the
 * rest goes through the pipe.
 */
#ifndef MODULE_ENGINE_PROCESS_H
#define MODULE_ENGINE_PROCESS_H

#include "module/kamailio_settings.h"
#include "module/keep.h"
#include "module/settings.h"
#include "sip/server.h"

struct engine_settings {
	struct settings engine;
	struct kamailio_settings kamailio;
};

/* Of the bundled server's settings: what the engine's own SIP needs. */
enum err engine_process_sip(struct server_settings *sip,
			    const struct kamailio_settings *settings,
			    struct why *why);

/* fd: the pipe. known: what the server repeats. Until the pipe is closed. */
enum err engine_process_run(const struct engine_settings *settings, int fd,
			    struct keep *known, struct why *why);

#endif
