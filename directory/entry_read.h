/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an entry says of a user or group, by the attributes configured. Pure. */
#ifndef DIRECTORY_ENTRY_READ_H
#define DIRECTORY_ENTRY_READ_H

#include "directory/dsa.h"
#include "directory/people.h"

struct entry_reader;

struct entry_reader *entry_reader_new(const struct watch_settings *settings);
void entry_reader_free(struct entry_reader **readerp);

/* What to ask for; NULL-terminated. */
const char *const *entry_reader_attrs(const struct entry_reader *reader);

/* Those whose change matters, for DirSync. */
const char *const *entry_reader_changes(const struct entry_reader *reader);

/* False: without an id, nobody. sighting is to be cleared either way. */
bool entry_read(const struct entry_reader *reader,
		const struct dsa_entry *entry, struct sighting *sighting);

/* entryUUID, or objectGUID; false if neither is there. */
bool entry_id(const struct dsa_entry *entry, char id[PERSON_ID_SIZE]);

/* "member;range=0-1499": the number after the last; 0: nothing is missing. */
unsigned long entry_range_next(const char *name);

/* Behind "<GUID=...>;<SID=...>;" ([MS-ADTS] 3.1.1.3.4.1.5). */
const char *entry_plain_dn(const char *dn);

/* Seconds since 1970 by the attribute's kind; 0 never, or unreadable. */
time_t entry_expiry(const char *name, const char *value);

#endif
