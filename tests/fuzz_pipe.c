/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever is read as a message is written as the same packet again. */
#include <stdlib.h>
#include <string.h>

#include "module/pipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	char *copy = malloc(size + 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (!pipe_read(&message, PIPE_WAY_BOTH, copy, size, NULL) &&
	    (pipe_write(packet, &message) != size ||
	     memcmp(packet, copy, size) != 0))
		abort();
	free(copy);
	return 0;
}
