/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The operations of the simulated EWS, one function each: rows in ops.def.
 *
 * The serving half reads envelope, account and impersonation, and looks up
 * the row; the function writes its m:XxxResponse element into call->out
 * (prefixes m: and t: are declared around it) or asks for a fault with
 * op_fault(), which throws away what was written. [MS-OXWSCDATA], one
 * [MS-OXWS*] document an operation.
 */
#ifndef TESTS_EXCHANGE_OPS_H
#define TESTS_EXCHANGE_OPS_H

#include "base/xml.h"
#include "tests/exchange/store.h"

/* In order of age, as RequestServerVersion asks for and servers are. */
enum ews_version {
#define EWS_VERSION(name, ...) EWS_##name,
#include "tests/exchange/version.def"
	EWS_VERSION_COUNT
};

struct exchange; /* exchange.h: the whole organisation */
struct server;   /* server.h: one listening Exchange server */
struct account;  /* account.h: who can log on */
struct web_call; /* web.h: the HTTP request around it */

extern const char ews_messages[]; /* namespace URIs */
extern const char ews_types[];

struct op_call {
	struct exchange *exchange;
	struct store *store;
	struct server *server;
	enum ews_version version; /* asked for */
	const struct account *account;
	struct mailbox *impersonated; /* NULL: acts as itself */
	struct mailbox *self; /* impersonated or the account's own; NULL */
	const struct xml_node *header;  /* soap:Header or NULL */
	const struct xml_node *request; /* child of soap:Body */
	struct xml_out *out;
	struct web_call *web;
	const char *fault;      /* ResponseCode once op_fault() was called */
	const char *fault_text; /* constant text */
};

typedef void op_h(struct op_call *call);

#define OP(name, function) op_h function;
#include "tests/exchange/ops.def"

struct op {
	const char *name; /* of the element in the Body */
	op_h *run;
};

/* NULL if unknown. */
const struct op *op_find(const char *name);
size_t op_count(void);
const struct op *op_at(size_t i);

/* The answer will be a soap:Fault. Both texts must be constant. */
void op_fault(struct op_call *call, const char *code, const char *text);

/*
 * Why the caller cannot use the mailbox through this server, as ResponseCode:
 * not there, lives elsewhere, frozen, no rights. NULL when it can. The rights
 * of others to read free/busy are mailbox->others and not looked at here:
 * owner_only says that the caller wants the items themselves.
 */
const char *op_access(const struct op_call *call, const struct mailbox *mailbox,
		      bool owner_only);

/* <m:NAMEResponse><m:ResponseMessages>, to be ended with op_response_end(). */
void op_response_start(struct op_call *call, const char *name);
void op_response_end(struct op_call *call);

/*
 * <m:NAMEResponseMessage ResponseClass="Success"> with ResponseCode NoError:
 * the caller adds the rest and ends it with xml_end(call->out).
 */
void op_message_start(struct op_call *call, const char *name);
/* The same for an error, complete; for a code the text is looked up. */
void op_message_error(struct op_call *call, const char *name, const char *code);
/* MessageText for a ResponseCode. */
const char *op_error_text(const char *code);

/*
 * The store's half gives these (ids.c); subscriptions use them.
 */
struct object_id {
	struct mailbox *mailbox;
	enum folder folder; /* of a folder id, else FOLDER_COUNT */
	uint32_t item;      /* of an item id, else 0 */
	time_t original;    /* of an occurrence id, else 0 */
};

/* <ELEMENT Id="" ChangeKey=""/>: change is the number of the last change. */
void id_write_item(struct xml_out *out, const char *element,
		   const struct mailbox *mailbox, uint32_t item,
		   uint64_t change);
void id_write_folder(struct xml_out *out, const char *element,
		     const struct mailbox *mailbox, enum folder folder);
/*
 * Reads t:FolderId or t:DistinguishedFolderId (with t:Mailbox, else of
 * call->self), t:ItemId, t:OccurrenceItemId. NULL or the ResponseCode.
 */
const char *id_read(const struct op_call *call, const struct xml_node *node,
		    struct object_id *id);

#endif
