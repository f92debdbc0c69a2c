/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * directory/dsa.h with a server that answers when and what the test says.
 * Searches wait in the order in which they were asked.
 */
#ifndef TESTS_FAKE_DSA_H
#define TESTS_FAKE_DSA_H

#include "directory/dsa.h"

/* Forgets everything that was asked. */
void fake_dsa_reset(void);

/* How many searches wait; of the first of them. */
unsigned fake_dsa_waiting(void);
const char *fake_dsa_filter(void);

/* One attribute with one value is all an entry has beside these. */
void fake_dsa_user(const char *uuid, const char *dn, const char *mail);
void fake_dsa_group(const char *uuid, const char *dn, const char *attr,
		    const char *member);

/* Ends the first search with a result code of RFC 4511. */
void fake_dsa_done(int code);

#endif
