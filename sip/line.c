/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>

#include "sip/line.h"

void line_add(struct line *line, struct line_place *place)
{
	place->next = NULL;
	place->prev = line->last;
	if (line->last)
		line->last->next = place;
	else
		line->first = place;
	line->last = place;
}

void line_remove(struct line *line, struct line_place *place)
{
	if (place->prev)
		place->prev->next = place->next;
	else
		line->first = place->next;
	if (place->next)
		place->next->prev = place->prev;
	else
		line->last = place->prev;
	place->next = place->prev = NULL;
}
