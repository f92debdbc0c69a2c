/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts that several keep for long, such as a user's address: each is in
 * memory once, however many keep it, and the empty one costs nothing.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

/* Copies where nobody keeps it yet. The same text is the same pointer. */
const char *intern(const char *text);

/* Out of what intern() gave; it is NULL then. NULL is fine. */
void intern_drop(const char **textp);

/* Another text instead of this one; the old one may be what is given. */
void intern_replace(const char **textp, const char *text);

#endif
