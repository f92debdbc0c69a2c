/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "module/hours.h"
#include "tests/fake_backend.h"
#include "tests/fake_loop.h"
#include "tests/scenario_licence.h"
#include "tests/scenario_moves.h"

void do_move(char **words)
{
	fake_backend_move(scenario_address(words[1]), words[2], words[3]);
	fake_loop_pass_ms(0);
}

void do_lose(char **words)
{
	fake_backend_lose(scenario_address(words[1]), words[2]);
	fake_loop_pass_ms(0);
}

/* "Mon-Fri 08:30-17:00" <STD>-1 */
void do_works(char **words)
{
	struct work_hours set = { .days = 0 };
	struct hours hours;

	ck_assert_int_eq(hours_parse(&hours, words[1], NULL), ERR_OK);
	set.days = hours.days;
	set.from_min = (short)hours.from_min;
	set.until_min = (short)hours.until_min;
	snprintf(set.zone, sizeof(set.zone), "%s", words[2]);
	fake_backend_hours(&set);
}

/* Since the last look, so that stories count what one thing costs. */
void do_subscribed(char **words)
{
	static unsigned before[2];
	const char *const names[] = { "fake", "other" };

	for (int i = 0; i < 2; i++) {
		unsigned now = fake_backend_subscribed(names[i]);

		if (words[i + 1])
			ck_assert_msg(now - before[i] ==
					      (unsigned)atoi(words[i + 1]),
				      "%s:%u: %u subscriptions at %s", file,
				      line_number, now - before[i], names[i]);
		before[i] = now;
	}
}
