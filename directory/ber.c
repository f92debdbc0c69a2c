/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "directory/ber.h"

struct ber ber_of(const char *data, size_t len)
{
	return (struct ber){ .data = (const unsigned char *)data, .len = len };
}

unsigned ber_peek(const struct ber *ber)
{
	return ber->len ? ber->data[0] : 0;
}

/* X.690, 8.1.3; at most four bytes of length, which is more than we take. */
static bool read_length(const struct ber *ber, size_t *headp, size_t *lenp)
{
	unsigned first, more;

	if (ber->len < 2)
		return false;

	first = ber->data[1];
	more = first & 0x7f;
	*headp = 2;
	*lenp = first;
	if (!(first & 0x80))
		return true;

	if (!more || more > 4 || ber->len < 2 + (size_t)more)
		return false;

	*lenp = 0;
	for (unsigned i = 0; i < more; i++)
		*lenp = *lenp << 8 | ber->data[2 + i];
	*headp += more;
	return true;
}

static bool take_any(struct ber *ber, struct ber *inside)
{
	size_t head, len;

	if (!read_length(ber, &head, &len) || len > ber->len - head)
		return false;

	*inside = (struct ber){ .data = ber->data + head, .len = len };
	ber->data += head + len;
	ber->len -= head + len;
	return true;
}

bool ber_take(struct ber *ber, unsigned tag, struct ber *inside)
{
	return ber_peek(ber) == tag && take_any(ber, inside);
}

bool ber_skip(struct ber *ber)
{
	struct ber inside;

	return take_any(ber, &inside);
}

bool ber_take_number(struct ber *ber, unsigned tag, int64_t *valuep)
{
	struct ber before = *ber;
	struct ber inside;
	uint64_t value;

	if (!ber_take(ber, tag, &inside) || !inside.len || inside.len > 8) {
		*ber = before;
		return false;
	}

	value = inside.data[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < inside.len; i++)
		value = value << 8 | inside.data[i];
	*valuep = (int64_t)value;
	return true;
}

/* Any byte but zero is true (X.690, 8.2.2). */
bool ber_take_flag(struct ber *ber, unsigned tag, bool *valuep)
{
	struct ber before = *ber;
	struct ber inside;

	if (!ber_take(ber, tag, &inside) || inside.len != 1) {
		*ber = before;
		return false;
	}

	*valuep = inside.data[0] != 0;
	return true;
}

static void add_byte(struct buf *out, unsigned byte)
{
	const char one = (char)(unsigned char)byte;

	buf_add(out, &one, 1);
}

static void add_head(struct buf *out, unsigned tag, size_t len)
{
	unsigned bytes = 1;

	add_byte(out, tag);
	if (len < 0x80) {
		add_byte(out, (unsigned)len);
		return;
	}

	while (bytes < 4 && len >> (8 * bytes))
		bytes++;
	add_byte(out, 0x80 | bytes);
	while (bytes-- > 0)
		add_byte(out, (unsigned)(len >> (8 * bytes)) & 0xff);
}

void ber_add(struct buf *out, unsigned tag, const char *data, size_t len)
{
	add_head(out, tag, len);
	buf_add(out, data, len);
}

/* The fewest bytes that keep the sign (X.690, 8.3.2). */
void ber_add_number(struct buf *out, unsigned tag, int64_t value)
{
	unsigned bytes = 1;

	while (bytes < 8 && (value >> (8 * bytes - 1)) != 0 &&
	       (value >> (8 * bytes - 1)) != -1)
		bytes++;

	add_head(out, tag, bytes);
	while (bytes-- > 0)
		add_byte(out,
			 (unsigned)((uint64_t)value >> (8 * bytes)) & 0xff);
}

void ber_add_flag(struct buf *out, bool value)
{
	add_head(out, BER_BOOLEAN, 1);
	add_byte(out, value ? 0xff : 0);
}
