/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "sip/sane.h"

enum { HOST_MAX = 64 };

bool sane_params(const char *params)
{
	static const char *const names[] = { "comp",   "lr",        "maddr",
					     "method", "transport", "ttl",
					     "user" };

	while (params && *params) {
		size_t len = strcspn(params, ";=");

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			size_t known = strlen(names[i]);

			if (len > known &&
			    !strncasecmp(params, names[i], known))
				return false;
		}

		params += strcspn(params, ";");
		params += *params == ';';
	}

	return true;
}

bool sane_params_has(const char *params, const char *name)
{
	while (params && *params) {
		size_t len = strcspn(params, ";=");

		if (len == strlen(name) && !strncasecmp(params, name, len))
			return true;
		params += strcspn(params, ";");
		params += *params == ';';
	}

	return false;
}

/* 4, 6, or 0: no address. */
static int read_address(const char *host, struct in6_addr *address)
{
	char bare[HOST_MAX];
	size_t len = strlen(host);

	*address = (struct in6_addr){ 0 };
	if (!len || len >= sizeof(bare))
		return 0;
	if (inet_pton(AF_INET, host, address) == 1)
		return 4;

	if (*host == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	memcpy(bare, host, len);
	bare[len] = '\0';
	return inet_pton(AF_INET6, bare, address) == 1 ? 6 : 0;
}

bool sane_is_address(const char *host)
{
	struct in6_addr address;

	return read_address(host, &address) != 0;
}

bool sane_same_address(const char *a, const char *b)
{
	struct in6_addr address_a, address_b;
	int family = read_address(a, &address_a);

	return family && family == read_address(b, &address_b) &&
	       !memcmp(&address_a, &address_b, sizeof(address_a));
}
