/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with Daymark's own house: directories, ledger, descriptors
 * and memory, queues, clock. Judging is pure, see module/trouble.h.
 */
#ifndef MODULE_TROUBLE_SYSTEM_H
#define MODULE_TROUBLE_SYSTEM_H

#include "base/err.h"
#include "module/trouble_row.h"

enum system_check {
#define SYSTEM_CHECK(name, title) SYSTEM_CHECK_##name,
#include "module/trouble_system.def"
	SYSTEM_CHECK_COUNT
};

struct trouble_system_facts {
	size_t directories, alarmed, unread, held;
	const char *ledger;                  /* "memory", or the file */
	bool in_memory;                      /* which forgets */
	struct why written;                  /* how the last write went */
	int64_t disk_mib;                    /* free; -1 not known */
	int64_t fds, fds_max;                /* open, allowed; 0 not known */
	int64_t memory_mib, memory_free_mib; /* of the machine; 0 not known */
	int64_t resident_mib;
	size_t publish_waiting; /* changes not given out */
	unsigned publish_per_s; /* 0 no limit */
	size_t sip_waiting, sip_in_flight;
	size_t clocks;   /* gateways whose clock is known */
	int64_t skew_ms; /* least of those from ours */
};

extern const char *const trouble_system_titles[SYSTEM_CHECK_COUNT];

void trouble_system_judge(const struct trouble_system_facts *facts,
			  struct trouble_row rows[SYSTEM_CHECK_COUNT]);

#endif
