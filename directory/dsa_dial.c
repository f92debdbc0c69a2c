/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <poll.h>
#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "directory/dsa_dial.h"
#include "directory/dsa_probe.h"

/* A group of 50,000 members is 2 MB. */
enum { MESSAGE_BYTES_MAX = 32 << 20 };

static enum err failed(struct dsa_dial *dial, LDAP *ld, int code,
		       const char *doing)
{
	char *text = NULL;

	ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
	why_set(&dial->why, dsa_code_err(code), "%s: %s: %s%s%s", dial->uri,
		doing, ldap_err2string(code), text && *text ? ": " : "",
		text ? text : "");
	ldap_memfree(text);
	dial->silent = clock_ms() >= dial->begin_ms + 1000ULL * dial->timeout_s;
	dsa_probe(dial, code);
	return dial->why.err;
}

/*
 * libldap 2.5 spins in the TLS handshake of a silent ldaps:// server unless it
 * connects asynchronously (ITS#8047).
 */
void dsa_dial_options(const struct dsa_dial *dial, LDAP *ld)
{
	const struct timeval limit = { .tv_sec = (time_t)dial->timeout_s };
	const int version = LDAP_VERSION3;
	const int demand = LDAP_OPT_X_TLS_HARD;
	const int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	const int client = 0;
	bool ldaps = !strncmp(dial->uri, "ldaps:", 6);

	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	/* The server must prove that it is whom the URI names, not whom a
	   reverse look-up of its address does. */
	ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
	ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON);
	ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit);
	ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit);
	ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC,
			ldaps ? LDAP_OPT_ON : LDAP_OPT_OFF);
	ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least);
	if (dial->trust)
		ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, dial->trust);
	ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client);
}

static int sasl_defaults(LDAP *ld, unsigned flags, void *arg, void *asked)
{
	(void)ld;
	(void)flags;
	(void)arg;
	for (sasl_interact_t *ask = asked; ask->id != SASL_CB_LIST_END; ask++) {
		ask->result = ask->defresult ? ask->defresult : "";
		ask->len = (unsigned)strlen(ask->result);
	}

	return LDAP_SUCCESS;
}

static int bind_once(const struct dsa_dial *dial, LDAP *ld)
{
	struct berval secret = { .bv_val = dial->secret };

	if (dial->gssapi)
		return ldap_sasl_interactive_bind_s(ld, NULL, "GSSAPI", NULL,
						    NULL, LDAP_SASL_QUIET,
						    sasl_defaults, NULL);

	secret.bv_len = dial->secret ? strlen(dial->secret) : 0;
	return ldap_sasl_bind_s(ld, dial->bind_dn, LDAP_SASL_SIMPLE, &secret,
				NULL, NULL, NULL);
}

static bool wait_connected(LDAP *ld, int wait_ms)
{
	struct pollfd at = { .events = POLLOUT };

	return wait_ms > 0 && ldap_get_option(ld, LDAP_OPT_DESC, &at.fd) == 0 &&
	       at.fd >= 0 && poll(&at, 1, wait_ms) > 0;
}

static int bind_patiently(const struct dsa_dial *dial, LDAP *ld)
{
	uint64_t end_ms = clock_ms() + 1000ULL * dial->timeout_s;
	int code = bind_once(dial, ld);

	while (code == LDAP_X_CONNECTING) {
		uint64_t now_ms = clock_ms();

		if (now_ms >= end_ms ||
		    !wait_connected(ld, (int)(end_ms - now_ms)))
			return LDAP_TIMEOUT;
		code = bind_once(dial, ld);
	}

	return code;
}

static void tame(LDAP *ld)
{
	ber_len_t most = MESSAGE_BYTES_MAX;
	Sockbuf *buffer = NULL;
	int fd = -1;

	ldap_get_option(ld, LDAP_OPT_SOCKBUF, &buffer);
	if (buffer)
		ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most);
	ldap_get_option(ld, LDAP_OPT_DESC, &fd);
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static enum err secure_and_bind(struct dsa_dial *dial, LDAP *ld)
{
	int code;

	if (dial->starttls) {
		code = ldap_start_tls_s(ld, NULL, NULL);
		if (code)
			return failed(dial, ld, code, "StartTLS");
	}

	code = bind_patiently(dial, ld);
	return code ? failed(dial, ld, code, "bind") : ERR_OK;
}

void dsa_dial_run(struct dsa_dial *dial)
{
	LDAP *ld = NULL;
	int code = ldap_initialize(&ld, dial->uri);

	dial->why = (struct why){ .err = ERR_OK };
	dial->begin_ms = clock_ms();
	if (code) {
		why_set(&dial->why, ERR_CONFIG, "%s: %s", dial->uri,
			ldap_err2string(code));
		return;
	}

	dsa_dial_options(dial, ld);
	if (secure_and_bind(dial, ld)) {
		ldap_unbind_ext(ld, NULL, NULL);
		return;
	}

	tame(ld);
	dial->ld = ld;
}

void dsa_dial_clear(struct dsa_dial *dial)
{
	if (dial->secret)
		crypto_wipe(dial->secret, strlen(dial->secret));
	free(dial->uri);
	free(dial->trust);
	free(dial->bind_dn);
	free(dial->secret);
	*dial = (struct dsa_dial){ 0 };
}
