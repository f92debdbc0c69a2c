/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Documents of which very many say the same, but for whom they are about:
 * each text is kept once, with gaps where the entity stands and what ids in
 * its documents end in (sip/pidf_id.h), however many it is kept for.
 */
#ifndef SIP_SHEET_H
#define SIP_SHEET_H

#include <stddef.h>

struct sheet;

/* Copies; the text may say anything, and need not name the entity. */
struct sheet *sheet_keep(const char *entity, const char *text, size_t bytes);

/* The text goes with the last who keeps it. NULL is fine. */
void sheet_drop(struct sheet **sheetp);

/* The text as it was for that entity: its length, then itself, without NUL. */
size_t sheet_bytes(const struct sheet *sheet, const char *entity);
void sheet_fill(const struct sheet *sheet, const char *entity, char *out);

#endif
