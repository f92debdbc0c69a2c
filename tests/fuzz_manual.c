/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever stands in the file of states set by hand, or is typed. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "module/manual.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[1024];
	struct claim claim;
	const char *entity;

	if (size >= sizeof(line))
		return 0;
	memcpy(line, data, size);
	line[size] = '\0';
	manual_parse(&claim, line, "UTC", 1789718400, NULL);
	manual_read_line(line, &entity, &claim, NULL);
	return 0;
}
