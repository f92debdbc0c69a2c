/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * directory/dsa.h with a server that answers when and what the test says.
 * Searches wait in the order in which they were asked; the first of them is
 * spoken of, or the one that was chosen.
 */
#ifndef TESTS_FAKE_DSA_H
#define TESTS_FAKE_DSA_H

#include "directory/dsa.h"

/* Forgets everything that was asked. */
void fake_dsa_reset(void);

/* As the link does it: bound, or lost, when all searches end. */
void fake_dsa_up(void);
void fake_dsa_down(void);

/* How many searches wait. */
unsigned fake_dsa_waiting(void);

/* From here on the one behind so many others, until the reset. */
void fake_dsa_choose(unsigned number);
const char *fake_dsa_filter(void);
const char *fake_dsa_base(void);
/* What a control asked for; data NULL: it was not sent. */
struct dsa_bytes fake_dsa_asked(const char *oid);

/* What the next entry or end of a search has beside what it is. Kept as
   pointers; len 0: a text. */
void fake_dsa_attr(const char *name, const char *value, size_t len);
void fake_dsa_control(const char *oid, const char *value, size_t len);

void fake_dsa_entry(const char *dn);
void fake_dsa_say(const char *oid, const char *value, size_t len);

/* One attribute with one value is all an entry has beside these. */
void fake_dsa_user(const char *uuid, const char *dn, const char *mail);
void fake_dsa_group(const char *uuid, const char *dn, const char *attr,
		    const char *member);

/* Ends the search with a result code of RFC 4511. */
void fake_dsa_done(int code);

#endif
