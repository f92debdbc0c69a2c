/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a name server sends is targets in their order, or an error. */
#include <stdint.h>
#include <stdlib.h>

#include "base/srv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct srv_answer answer = { .count = 0 };

	if (srv_read(data, len, &answer, NULL))
		return 0;
	if (!answer.count || answer.count > SRV_TARGETS_MAX)
		abort();
	for (size_t i = 0; i < answer.count; i++)
		if (!*answer.targets[i].host || answer.targets[i].port > 65535)
			abort();
	for (size_t i = 1; i < answer.count; i++)
		if (answer.targets[i].priority < answer.targets[i - 1].priority)
			abort();
	return 0;
}
