/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The little BER (X.690) that LDAP controls are written in: definite lengths,
 * single-byte tags. Pure; the reader never looks outside of what it was given.
 */
#ifndef DIRECTORY_BER_H
#define DIRECTORY_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum ber_tag {
	BER_BOOLEAN = 0x01,
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_ENUM = 0x0a,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31,
	BER_CONTEXT = 0x80,      /* + number: primitive */
	BER_CONTEXT_MADE = 0xa0, /* + number: constructed */
};

/* What is still to be read. */
struct ber {
	const unsigned char *data;
	size_t len;
};

struct ber ber_of(const char *data, size_t len);

/* 0 at the end or when what follows is no tag. */
unsigned ber_peek(const struct ber *ber);

/* Takes one element of that tag; false leaves ber as it was. */
bool ber_take(struct ber *ber, unsigned tag, struct ber *inside);
/* Takes one element whatever its tag. */
bool ber_skip(struct ber *ber);
bool ber_take_number(struct ber *ber, unsigned tag, int64_t *valuep);
bool ber_take_flag(struct ber *ber, unsigned tag, bool *valuep);

/* Writing; content first, then wrapped by the caller. */
void ber_add(struct buf *out, unsigned tag, const char *data, size_t len);
void ber_add_number(struct buf *out, unsigned tag, int64_t value);
void ber_add_flag(struct buf *out, bool value);

#endif
