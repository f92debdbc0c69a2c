/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "directory/dirsync.h"
#include "directory/sync_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dsa_bytes value = { .data = (const char *)data,
					 .len = size };
	char id[PERSON_ID_SIZE];
	struct sync_state state;
	struct sync_info info;
	struct dsa_bytes cookie;
	bool more;

	if (sync_state_read(&value, &state) &&
	    strlen(state.id) != PERSON_ID_SIZE - 1)
		abort();
	if (sync_info_read(&value, &info))
		while (sync_info_next(&info, id))
			if (strlen(id) != PERSON_ID_SIZE - 1)
				abort();
	if (dirsync_read(&value, &more, &cookie) && cookie.len > size)
		abort();
	return 0;
}
