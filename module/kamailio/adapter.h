/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the adapter's files share. See COPYING in this directory. */
#ifndef MODULE_KAMAILIO_ADAPTER_H
#define MODULE_KAMAILIO_ADAPTER_H

#include "module/supervisor.h" /* first: Kamailio has an ERR too */

#include <stdbool.h>
#include <time.h>

#include "core/parser/msg_parser.h"
#include "core/rpc.h"
#include "core/str.h"

extern struct supervisor *adapter_supervisor; /* NULL before mod_init */
extern str adapter_domain;                    /* of users named without one */

enum { ADAPTER_NAME_MAX = 255, ADAPTER_STATE_MAX = 31 };

/*
 * What the script asks about without waiting: a table in shared memory that
 * the supervisor's process keeps and all others read.
 */
enum table_entitlement { TABLE_STRANGER, TABLE_REVOKED, TABLE_ENTITLED };

struct table_row {
	enum table_entitlement entitlement;
	char state[ADAPTER_STATE_MAX + 1]; /* "" none */
	time_t until;                      /* 0 not known */
};

int table_open(unsigned patience_s); /* -1: no memory */
void table_close(void);
void table_state(const char *entity, const char *state, time_t until);
void table_entitle(const char *entity, enum table_entitlement entitlement);
void table_alive(void);

/* Whoever is not named is what "*" is. */
void table_find(const char *entity, struct table_row *row);

/* The engine was not heard of for longer than the patience. */
bool table_is_stale(void);

/* "sip:user@domain" in lower case; false if the text names nobody. */
bool adapter_entity(char entity[ADAPTER_NAME_MAX + 1], const str *text,
		    struct sip_msg *msg);

/* Other modules that the script may have loaded. */
int sign_out_bind(const char *table); /* -1: the table is not usrloc's */
void sign_out(const char *entity);
int script_bind(void);

/* What is wrong with the URL, or NULL. */
const char *watchers_bind(const char *url);

/* In a process of its own, until the server ends. */
void watchers_run(const char *url, const char *table, unsigned every_s);

/* Rows of the export tables. */
int script_entitled(struct sip_msg *msg, char *uri, char *unused);
int script_state(struct sip_msg *msg, char *uri, char *state);
int script_state_until(struct sip_msg *msg, char *uri, char *state,
		       char *until);
int script_watch(struct sip_msg *msg, char *unused, char *unused2);
int script_publish(struct sip_msg *msg, char *unused, char *unused2);
int script_fixup_state(void **param, int number);

extern rpc_export_t adapter_rpc[];

#endif
