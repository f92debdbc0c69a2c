/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = x_zalloc(size + 1);
	struct words words;
	int64_t span_ms;
	struct why why;

	memcpy(line, data, size);
	if (words_read(&words, line, &why) == ERR_OK)
		for (size_t i = 0; i < words.count; i++)
			if (strlen(words.word[i]) > size)
				abort();
	words_free(&words);
	span_read(line, &span_ms);
	free(line);
	return 0;
}
