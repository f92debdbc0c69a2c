/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One listening Exchange server of the simulated organisation, its moods and
 * its counters. All servers share one store and the same accounts.
 */
#ifndef TESTS_EXCHANGE_SERVER_H
#define TESTS_EXCHANGE_SERVER_H

#include "tests/exchange/ops.h"
#include "tests/exchange/web.h"

enum corrupt {
#define CORRUPT(name, ...) CORRUPT_##name,
#include "tests/exchange/corrupt.def"
	CORRUPT_COUNT
};

struct knobs {
#define KNOB(name, ...) unsigned name;
#include "tests/exchange/knob.def"
};

enum { OPS_MAX = 64 };

struct counters {
	uint64_t requests;
	uint64_t refused; /* 401 */
	uint64_t faults;
	uint64_t denied;       /* by deny and fault */
	uint64_t discovers;    /* by Autodiscover, 401s not counted */
	uint64_t ops[OPS_MAX]; /* by op_at() */
};

struct server {
	struct exchange *exchange;
	char *name;
	char *host;
	char *cert, *key; /* PEM files, NULL */
	unsigned port;
	enum ews_version version;
	struct knobs knobs;
	struct web *web; /* NULL while killed */
	enum corrupt corrupt;
	struct counters counters;
	unsigned streams; /* open */
	char *redirect;   /* Autodiscover sends to this address or URL, NULL */
	char *deny_header,
		*deny_value; /* that the answers of deny have, NULL */
	char *fault; /* ResponseCode with which every call fails, NULL */
	struct server *next;
};

struct server_options {
	const char *name;
	const char *host;
	unsigned port;
	enum ews_version version;
	const char *cert;
	const char *key;
};

struct server *server_new(struct exchange *exchange,
			  const struct server_options *options,
			  struct why *why);
void server_free(struct server **serverp);

/* Port closed, connections cut, subscriptions of its mailboxes forgotten. */
void server_kill(struct server *server);
enum err server_revive(struct server *server, struct why *why);

/* "https://127.0.0.1:8443/EWS/Exchange.asmx" or another path. */
void server_url(const struct server *server, const char *path, struct buf *out);

/* NULL if there is no such knob. */
unsigned *server_knob(struct server *server, const char *name);

/* What is to be spoilt now; the next is whole again. */
enum corrupt server_corrupts(struct server *server);

/* How envelopes of this server begin; body is open afterwards. */
struct xml_out *server_envelope(const struct server *server, bool stream,
				bool declared);

const char *version_word(enum ews_version version);
/* EWS_VERSION_COUNT if unknown. */
enum ews_version version_find(const char *word);
/* Whether a server of that version understands what is asked for. */
bool version_serves(enum ews_version server, enum ews_version asked);
/* "15.01.2507.000" and such, of ExternalEwsVersion. */
void version_build(enum ews_version version, struct buf *out);
/* The same as POX Autodiscover's ServerVersion has it. */
void version_hex(enum ews_version version, struct buf *out);

#endif
