/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "directory/people_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct directive_list nobody = { .items = NULL };
	struct people *people = people_new(&nobody);
	struct people_head head = { .identity = NULL };
	struct buf out = BUF(1 << 20);

	if (!people_read(people, &head, (const char *)data, size, NULL)) {
		people_write(people, &head, &out);
		if (people_entitled(people) > people_users(people))
			abort();
	}
	buf_free(&out);
	people_head_clear(&head);
	people_free(&people);
	return 0;
}
