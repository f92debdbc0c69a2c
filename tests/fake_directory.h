/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A directory of the test's own: directory/watch.h with entries that the test
 * writes. Linking this replaces the real one; there is one, called corp.
 */
#ifndef TESTS_FAKE_DIRECTORY_H
#define TESTS_FAKE_DIRECTORY_H

#include <stdbool.h>

/* name@example.com comes or goes; the id stays with the name. */
void fake_directory_join(const char *name);
void fake_directory_leave(const char *name);

/* What leaves from now on waits for a person. */
void fake_directory_hold(bool hold);
void fake_directory_settle(void);
void fake_directory_move(const char *name);
void fake_directory_forget_all(void);

#endif
