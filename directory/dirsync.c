/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "directory/dirsync.h"
#include "directory/ber.h"
#include "directory/people_file.h"

enum { BYTES_MOST = 0x7fffffff };

void dirsync_write(struct buf *out, int flags, const struct dsa_bytes *cookie)
{
	struct buf inside = BUF(PEOPLE_COOKIE_BYTES + 64);

	ber_add_number(&inside, BER_INTEGER, flags);
	ber_add_number(&inside, BER_INTEGER, BYTES_MOST);
	ber_add(&inside, BER_OCTETS, cookie->data ? cookie->data : "",
		cookie->data ? cookie->len : 0);
	ber_add(out, BER_SEQUENCE, inside.data, inside.len);
	buf_free(&inside);
}

bool dirsync_read(const struct dsa_bytes *value, bool *morep,
		  struct dsa_bytes *cookie)
{
	struct ber ber = ber_of(value->data, value->len);
	struct ber inside, octets;
	int64_t more, unused;

	if (!ber_take(&ber, BER_SEQUENCE, &inside) ||
	    !ber_take_number(&inside, BER_INTEGER, &more) ||
	    !ber_take_number(&inside, BER_INTEGER, &unused) ||
	    !ber_take(&inside, BER_OCTETS, &octets) ||
	    octets.len > PEOPLE_COOKIE_BYTES)
		return false;

	*morep = more != 0;
	*cookie = (struct dsa_bytes){ .data = (const char *)octets.data,
				      .len = octets.len };
	return true;
}
