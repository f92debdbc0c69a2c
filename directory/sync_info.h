/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The values of LDAP Content Synchronization (RFC 4533), read and written.
 * Pure; what is borrowed lives as long as the bytes it was read from.
 */
#ifndef DIRECTORY_SYNC_INFO_H
#define DIRECTORY_SYNC_INFO_H

#include "directory/ber.h"
#include "directory/dsa.h"
#include "directory/people.h"

#define SYNC_OID_REQUEST "1.3.6.1.4.1.4203.1.9.1.1"
#define SYNC_OID_STATE   "1.3.6.1.4.1.4203.1.9.1.2"
#define SYNC_OID_INFO    "1.3.6.1.4.1.4203.1.9.1.4"

/* 2.2: refreshAndPersist; cookie NULL asks for everything. */
void sync_request_write(struct buf *out, const struct dsa_bytes *cookie);

/* 2.3, the entry's part. */
enum sync_what { SYNC_PRESENT, SYNC_ADD, SYNC_MODIFY, SYNC_DELETE };

struct sync_state {
	enum sync_what what;
	char id[PERSON_ID_SIZE];
	struct dsa_bytes cookie; /* data NULL: none */
};
bool sync_state_read(const struct dsa_bytes *value, struct sync_state *state);

/* 2.5, what comes between. */
enum sync_kind {
	SYNC_NEW_COOKIE,
	SYNC_REFRESH_DELETE,
	SYNC_REFRESH_PRESENT,
	SYNC_ID_SET,
};

struct sync_info {
	enum sync_kind kind;
	struct dsa_bytes cookie;
	bool done;      /* REFRESH_*: the refresh is over */
	bool deletes;   /* ID_SET: these are gone; else they are there */
	struct ber ids; /* ID_SET: what is left to take */
};
bool sync_info_read(const struct dsa_bytes *value, struct sync_info *info);

/* The next id of the set; false at its end, or where it is broken. */
bool sync_info_next(struct sync_info *info, char id[PERSON_ID_SIZE]);

#endif
