/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How much room a text takes on a terminal: East Asian wide letters take two
 * cells, marks that are set over others none (Unicode UAX #11). A table of our
 * own, as wcwidth() knows only what the locale of the moment does, and who
 * asks for Japanese need not have one.
 */
#ifndef MODULE_CELLS_H
#define MODULE_CELLS_H

#include <stddef.h>

/* Of UTF-8; a byte that is none counts as one cell. */
size_t cells(const char *text);

#endif
