/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdint.h>

#include "module/cells.h"

/* In order; what is in none of them takes one cell. */
static const struct {
	uint32_t first, last;
	unsigned cells;
} ranges[] = {
	{ 0x0300, 0x036f, 0 },   /* combining marks */
	{ 0x1100, 0x115f, 2 },   /* Hangul Jamo */
	{ 0x200b, 0x200f, 0 },   /* zero width, directions */
	{ 0x20d0, 0x20ff, 0 },   /* combining marks for symbols */
	{ 0x2e80, 0x303e, 2 },   /* radicals, CJK punctuation */
	{ 0x3041, 0x3098, 2 },   /* Hiragana */
	{ 0x3099, 0x309a, 0 },   /* its voiced marks, combining */
	{ 0x309b, 0xa4cf, 2 },   /* Hiragana to Yi: Katakana, CJK, kana */
	{ 0xa960, 0xa97f, 2 },   /* Hangul Jamo */
	{ 0xac00, 0xd7a3, 2 },   /* Hangul */
	{ 0xf900, 0xfaff, 2 },   /* CJK compatibility */
	{ 0xfe00, 0xfe0f, 0 },   /* variation selectors */
	{ 0xfe10, 0xfe19, 2 },   /* vertical forms */
	{ 0xfe20, 0xfe2f, 0 },   /* combining half marks */
	{ 0xfe30, 0xfe6f, 2 },   /* CJK compatibility forms */
	{ 0xff00, 0xff60, 2 },   /* full width forms; those after are half */
	{ 0xffe0, 0xffe6, 2 },   /* full width signs */
	{ 0x1f300, 0x1f64f, 2 }, /* pictographs */
	{ 0x1f680, 0x1f6ff, 2 }, { 0x1f900, 0x1f9ff, 2 },
	{ 0x20000, 0x3fffd, 2 }, /* CJK extensions */
};

static unsigned cells_of(uint32_t letter)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (letter <= ranges[i].last)
			return letter < ranges[i].first ? 1 : ranges[i].cells;
	return 1;
}

/* Moves on by a letter, or by a byte that is none. */
static uint32_t next_letter(const unsigned char **atp)
{
	const unsigned char *at = *atp;
	unsigned more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0;
	uint32_t letter = *at & (0xffU >> (more ? more + 2 : 0));

	for (unsigned i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80) {
			*atp = at + 1;
			return '?';
		}
		letter = letter << 6 | (at[i] & 0x3fU);
	}
	*atp = at + more + 1;
	return letter;
}

size_t cells(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t count = 0;

	while (*at)
		count += cells_of(next_letter(&at));
	return count;
}
