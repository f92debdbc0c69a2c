/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What strangers' URIs must look like before the stack or a dialog sees them.
 * Pure.
 */
#ifndef SIP_SANE_H
#define SIP_SANE_H

#include <stdbool.h>

/*
 * URI parameters as they stand behind the first ";", or NULL. False if one
 * has a name that only begins like one the stack looks for ("lrx"): its
 * url_param() reads past the end there.
 */
bool sane_params(const char *params);

/* Whether there is a parameter of exactly this name. */
bool sane_params_has(const char *params, const char *name);

/* A numeric address, IPv4, or IPv6 with or without brackets. */
bool sane_is_address(const char *host);

/* The same numeric address, written either way. */
bool sane_same_address(const char *a, const char *b);

#endif
