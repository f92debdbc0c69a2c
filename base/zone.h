/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The time zone that local times are read and written in. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

/*
 * What localtime_r() and mktime() use from now on; IANA name, NULL or "" the
 * host's own. Cheap when it is the one in use.
 */
void zone_use(const char *zone);

#endif
