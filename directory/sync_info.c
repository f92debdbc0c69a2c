/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "directory/sync_info.h"

enum { REFRESH_AND_PERSIST = 3, COOKIE_MAX = 4096 };

void sync_request_write(struct buf *out, const struct dsa_bytes *cookie)
{
	struct buf inside = BUF(2 * COOKIE_MAX);

	ber_add_number(&inside, BER_ENUM, REFRESH_AND_PERSIST);
	if (cookie && cookie->data)
		ber_add(&inside, BER_OCTETS, cookie->data, cookie->len);
	ber_add(out, BER_SEQUENCE, inside.data, inside.len);
	buf_free(&inside);
}

static bool take_id(struct ber *ber, char id[PERSON_ID_SIZE])
{
	struct ber inside;

	if (!ber_take(ber, BER_OCTETS, &inside) ||
	    inside.len != PERSON_ID_BYTES)
		return false;

	id_text(id, inside.data);
	return true;
}

static struct dsa_bytes bytes_of(const struct ber *ber)
{
	return (struct dsa_bytes){ .data = (const char *)ber->data,
				   .len = ber->len };
}

/* Optional everywhere; one that is too long is no cookie of ours. */
static bool take_cookie(struct ber *ber, struct dsa_bytes *cookie)
{
	struct ber inside;

	*cookie = (struct dsa_bytes){ .data = NULL };
	if (!ber_take(ber, BER_OCTETS, &inside))
		return true;

	*cookie = bytes_of(&inside);
	return inside.len <= COOKIE_MAX;
}

bool sync_state_read(const struct dsa_bytes *value, struct sync_state *state)
{
	struct ber ber = ber_of(value->data, value->len);
	struct ber inside;
	int64_t what;

	if (!ber_take(&ber, BER_SEQUENCE, &inside) ||
	    !ber_take_number(&inside, BER_ENUM, &what) || what < SYNC_PRESENT ||
	    what > SYNC_DELETE || !take_id(&inside, state->id))
		return false;

	state->what = (enum sync_what)what;
	return take_cookie(&inside, &state->cookie);
}

static bool read_refresh(struct ber *inside, struct sync_info *info)
{
	info->done = true; /* the default */
	if (!take_cookie(inside, &info->cookie))
		return false;

	return ber_peek(inside) != BER_BOOLEAN ||
	       ber_take_flag(inside, BER_BOOLEAN, &info->done);
}

static bool read_id_set(struct ber *inside, struct sync_info *info)
{
	if (!take_cookie(inside, &info->cookie))
		return false;

	if (ber_peek(inside) == BER_BOOLEAN &&
	    !ber_take_flag(inside, BER_BOOLEAN, &info->deletes))
		return false;

	return ber_take(inside, BER_SET, &info->ids);
}

bool sync_info_read(const struct dsa_bytes *value, struct sync_info *info)
{
	struct ber ber = ber_of(value->data, value->len);
	unsigned tag = ber_peek(&ber);
	struct ber inside;

	*info = (struct sync_info){ .done = false };
	if (!ber_take(&ber, tag, &inside))
		return false;

	switch (tag) {
	case BER_CONTEXT:
		info->kind = SYNC_NEW_COOKIE;
		info->cookie = bytes_of(&inside);
		return inside.len <= COOKIE_MAX;
	case BER_CONTEXT_MADE + 1:
		info->kind = SYNC_REFRESH_DELETE;
		return read_refresh(&inside, info);
	case BER_CONTEXT_MADE + 2:
		info->kind = SYNC_REFRESH_PRESENT;
		return read_refresh(&inside, info);
	case BER_CONTEXT_MADE + 3:
		info->kind = SYNC_ID_SET;
		return read_id_set(&inside, info);
	default:
		return false;
	}
}

bool sync_info_next(struct sync_info *info, char id[PERSON_ID_SIZE])
{
	return take_id(&info->ids, id);
}
