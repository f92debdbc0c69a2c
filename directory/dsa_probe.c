/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory/ber.h"
#include "directory/dsa_probe.h"

enum { NAMES_MAX = 120, HOST_SIZE = 256, PORT_SIZE = 8, LDAP_FIRST = 0x30 };

struct place {
	char host[HOST_SIZE];
	char port[PORT_SIZE];
	bool ldaps;
};

static void read_uri(const char *uri, struct place *place)
{
	const char *at = strstr(uri, "://");
	size_t len;

	*place = (struct place){ .ldaps = !strncmp(uri, "ldaps:", 6) };
	at = at ? at + 3 : uri;
	len = *at == '[' ? strcspn(++at, "]") : strcspn(at, ":/");
	snprintf(place->host, sizeof(place->host), "%.*s", (int)len, at);
	at += len + (at[len] == ']');
	snprintf(place->port, sizeof(place->port), "%.*s",
		 *at == ':' ? (int)strcspn(at + 1, "/") : 0, at + 1);
	if (!place->port[0])
		strcpy(place->port, place->ldaps ? "636" : "389");
}

/* -1 with errno. */
static int connect_to(const struct addrinfo *to, int wait_ms)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct pollfd at = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(errno);
	int trouble = 0;

	if (fd < 0)
		return -1;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
		return fd;

	if (errno != EINPROGRESS)
		trouble = errno;
	else if (poll(&at, 1, wait_ms) <= 0)
		trouble = ETIMEDOUT;
	else
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &len);
	if (!trouble)
		return fd;

	close(fd);
	errno = trouble;
	return -1;
}

/* What the first byte is that a search for the rootDSE is answered with. */
static void ask(struct dsa_dial *dial, int fd, int wait_ms)
{
	static const char search[] =
		"\x30\x25\x02\x01\x01\x63\x20\x04\x00\x0a\x01\x00\x0a\x01\x00"
		"\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectclass\x30"
		"\x00";
	struct pollfd at = { .fd = fd, .events = POLLIN };
	unsigned char first = 0;
	ssize_t got;

	if (send(fd, search, sizeof(search) - 1, MSG_NOSIGNAL) < 0 ||
	    poll(&at, 1, wait_ms) <= 0)
		return;

	got = recv(fd, &first, 1, 0);
	if (got <= 0)
		why_set(&dial->why, ERR_NETWORK,
			"%s: the server closed the connection", dial->uri);
	else if (first != LDAP_FIRST)
		why_set(&dial->why, ERR_CONFIG,
			"%s: the server answers, but what it speaks is not "
			"LDAP",
			dial->uri);
}

static void probe_plain(struct dsa_dial *dial, const struct place *place)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	int wait_ms = (int)dial->timeout_s * 1000;
	struct addrinfo *found = NULL;
	int code = getaddrinfo(place->host, place->port, &hints, &found);
	int fd;

	if (code) {
		why_set(&dial->why, ERR_NETWORK, "%s: %s: %s", dial->uri,
			place->host, gai_strerror(code));
		return;
	}

	fd = connect_to(found, wait_ms);
	if (fd < 0)
		why_set(&dial->why,
			errno == ETIMEDOUT ? ERR_TIMEOUT : ERR_NETWORK,
			"%s: %s", dial->uri, strerror(errno));
	else if (!place->ldaps)
		ask(dial, fd, wait_ms);
	if (fd >= 0)
		close(fd);
	freeaddrinfo(found);
}

static bool is_name(const char *name, size_t len, const char *host)
{
	const char *dot = strchr(host, '.');

	if (len > 2 && name[0] == '*' && name[1] == '.')
		return dot && strlen(dot) == len - 1 &&
		       !strncasecmp(dot, name + 1, len - 1);
	return strlen(host) == len && !strncasecmp(host, name, len);
}

static bool is_number(const struct ber *address, const char *host)
{
	unsigned char bytes[16];

	return (address->len == 4 && inet_pton(AF_INET, host, bytes) == 1 &&
		!memcmp(bytes, address->data, 4)) ||
	       (address->len == 16 && inet_pton(AF_INET6, host, bytes) == 1 &&
		!memcmp(bytes, address->data, 16));
}

/* RFC 5280, 4.2.1.6. */
static bool read_names(struct ber *all, const char *host, struct buf *names)
{
	char number[INET6_ADDRSTRLEN];
	struct ber one;
	bool ours = false;

	while (all->len) {
		if (ber_take(all, BER_CONTEXT + 2, &one)) {
			buf_print(names, "%s%.*s", names->len ? ", " : "",
				  (int)one.len, (const char *)one.data);
			ours |= is_name((const char *)one.data, one.len, host);
		} else if (ber_take(all, BER_CONTEXT + 7, &one)) {
			if (one.len == 4 || one.len == 16)
				buf_print(names, "%s%s", names->len ? ", " : "",
					  inet_ntop(one.len == 4 ? AF_INET
								 : AF_INET6,
						    one.data, number,
						    sizeof(number)));
			ours |= is_number(&one, host);
		} else if (!ber_skip(all)) {
			break;
		}
	}

	return ours;
}

bool dsa_probe_names(const unsigned char *der, size_t len, const char *host,
		     struct buf *names)
{
	static const unsigned char oid[] = { 0x06, 0x03, 0x55, 0x1d, 0x11 };
	const unsigned char *at = memmem(der, len, oid, sizeof(oid));
	struct ber rest, value, all;

	if (!at)
		return false;

	at += sizeof(oid);
	rest = (struct ber){ .data = at, .len = (size_t)(der + len - at) };
	if (ber_peek(&rest) == BER_BOOLEAN)
		ber_skip(&rest);
	return ber_take(&rest, BER_OCTETS, &value) &&
	       ber_take(&value, BER_SEQUENCE, &all) &&
	       read_names(&all, host, names);
}

static void judge_certificate(struct dsa_dial *dial, const struct place *place,
			      const struct berval *der)
{
	struct buf names = BUF(NAMES_MAX);
	bool ours = dsa_probe_names((const unsigned char *)der->bv_val,
				    der->bv_len, place->host, &names);

	if (ours)
		why_set(&dial->why, ERR_TLS,
			"%s: the certificate is not of an authority that %s "
			"trusts, or not valid today",
			dial->uri, dial->trust ? dial->trust : "the system");
	else
		why_set(&dial->why, ERR_TLS,
			"%s: the certificate is made out to %s, not to this "
			"name",
			dial->uri, names.len ? names.data : "nobody");
	buf_free(&names);
}

/* Anybody's certificate will do, since nothing is told to him. */
static void probe_tls(struct dsa_dial *dial, const struct place *place)
{
	const int allow = LDAP_OPT_X_TLS_ALLOW;
	const int client = 0;
	struct berval der = { .bv_val = NULL };
	LDAP *ld = NULL;

	if (ldap_initialize(&ld, dial->uri))
		return;

	dsa_dial_options(dial, ld);
	ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &allow);
	ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client);
	if ((dial->starttls ? ldap_start_tls_s(ld, NULL, NULL)
			    : ldap_connect(ld)) == LDAP_SUCCESS &&
	    ldap_get_option(ld, LDAP_OPT_X_TLS_PEERCERT, &der) == 0 &&
	    der.bv_val)
		judge_certificate(dial, place, &der);
	ldap_memfree(der.bv_val);
	ldap_unbind_ext(ld, NULL, NULL);
}

void dsa_probe(struct dsa_dial *dial, int code)
{
	struct place place;

	read_uri(dial->uri, &place);
	if (dial->silent || code == LDAP_TIMEOUT) {
		why_set(&dial->why, ERR_TIMEOUT, "%s: no answer within %u s",
			dial->uri, dial->timeout_s);
		if (!place.ldaps)
			probe_plain(dial, &place);
	} else if (code == LDAP_SERVER_DOWN || code == LDAP_CONNECT_ERROR) {
		probe_plain(dial, &place);
		if ((place.ldaps && dial->why.err == ERR_NETWORK) ||
		    (dial->starttls && code == LDAP_CONNECT_ERROR))
			probe_tls(dial, &place);
	}
}
