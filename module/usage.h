/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What this process uses of its machine; 0 is what cannot be found out. */
#ifndef MODULE_USAGE_H
#define MODULE_USAGE_H

#include <stdint.h>

struct usage {
	int64_t fds, fds_max;                      /* open, allowed */
	int64_t virtual_bytes, resident_bytes;     /* of ours */
	int64_t machine_bytes, machine_free_bytes; /* memory of all */
	int threads;
	int64_t cpu_ms;
};

void usage_take(struct usage *usage);

/* Free on the disk of the file's directory; -1 not known. */
int64_t usage_disk_bytes(const char *path);

#endif
