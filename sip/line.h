/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line to stand in: first come, first served; one may leave from anywhere. */
#ifndef SIP_LINE_H
#define SIP_LINE_H

/* The first member of what stands in line. */
struct line_place {
	struct line_place *next, *prev;
};

/* Zeroed is empty. */
struct line {
	struct line_place *first, *last;
};

void line_add(struct line *line, struct line_place *place);
void line_remove(struct line *line, struct line_place *place);

#endif
