/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ids in the documents of an entity end in. */
#ifndef SIP_PIDF_ID_H
#define SIP_PIDF_ID_H

enum { PIDF_ID_DIGITS = 16, PIDF_ID_SIZE = PIDF_ID_DIGITS + 1 };

/*
 * The same for an entity forever and no other's, whoever else publishes:
 * servers that join publications know them by the id of the first tuple.
 */
void pidf_id(char id[PIDF_ID_SIZE], const char *entity);

#endif
