/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "tests/exchange/exchange.h"

enum { REPLY_MAX = 64 << 20, RETRY_AFTER_DIVISOR = 1000 };

static const char xml_type[] = "text/xml; charset=utf-8";
static const char errors_ns[] =
	"http://schemas.microsoft.com/exchange/services/2006/errors";

/* The call and who makes it, while its document is read. */
struct asked {
	struct server *server;
	struct web_call *web;
	struct account *account;
};

static const char *const html =
	"<html><head><title>Outlook</title></head><body>Sign in</body></html>";

static void spoil(struct server *server, struct web_reply *reply)
{
	char *tag;

	switch (server_corrupts(server)) {
	case CORRUPT_TRUNCATED:
		reply->truncate = true;
		break;
	case CORRUPT_MALFORMED:
		tag = strstr(reply->body.data, "</");
		if (tag)
			memcpy(tag, "<<", 2);
		break;
	case CORRUPT_HTML:
		buf_free(&reply->body);
		buf_add(&reply->body, html, strlen(html));
		reply->type = "text/html";
		break;
	case CORRUPT_EMPTY:
		buf_free(&reply->body);
		break;
	case CORRUPT_NONE:
	case CORRUPT_DOUBLED:
	case CORRUPT_PIECES:
	case CORRUPT_BAD_ID:
	case CORRUPT_CLOSED:
	case CORRUPT_COUNT:
		break;
	}
}

static void send(struct server *server, struct web_call *call,
		 struct xml_out **outp, unsigned status)
{
	struct web_reply reply = {
		.status = status,
		.type = xml_type,
		.body = BUF(REPLY_MAX),
	};

	xml_out_finish(outp, &reply.body);
	spoil(server, &reply);
	web_answer(call, &reply);
}

static void write_back_off(struct xml_out *out, unsigned back_off_ms)
{
	struct buf number = BUF(16);

	xml_start(out, "t:MessageXml");
	xml_start(out, "t:Value");
	xml_attribute(out, "Name", "BackOffMilliseconds");
	buf_print(&number, "%u", back_off_ms);
	xml_text(out, buf_text(&number));
	buf_free(&number);
	xml_end(out);
	xml_end(out);
}

/* back_off_ms: 0 for none. */
static void send_fault(const struct asked *asked, const char *code,
		       const char *text, unsigned back_off_ms, bool bare)
{
	struct xml_out *out = server_envelope(asked->server, false, true);
	struct buf name = BUF(128);

	bare = bare || asked->server->knobs.bare_faults;
	asked->server->counters.faults++;
	buf_print(&name, "%s%s", bare ? "" : "a:", code);
	xml_start(out, "s:Fault");
	xml_start(out, "faultcode");
	if (!bare)
		xml_attribute(out, "xmlns:a", ews_types);
	xml_text(out, buf_text(&name));
	xml_end(out);
	xml_leaf(out, "faultstring", text);
	if (!bare) {
		xml_start(out, "detail");
		xml_attribute(out, "xmlns:e", errors_ns);
		xml_leaf(out, "e:ResponseCode", code);
		xml_leaf(out, "e:Message", text);
		if (back_off_ms)
			write_back_off(out, back_off_ms);
		xml_end(out);
	}
	buf_free(&name);
	send(asked->server, asked->web, &out, bare ? 200 : 500);
}

static void fault(const struct asked *asked, const char *code)
{
	send_fault(asked, code, op_error_text(code), 0, false);
}

static const char *read_version(const struct asked *asked,
				const struct xml_node *header,
				enum ews_version *version)
{
	const struct xml_node *node =
		xml_child(header, NULL, "RequestServerVersion");
	const char *word = node ? xml_attr(node, "Version") : NULL;

	*version = EWS_2007_SP1;
	if (!node)
		return NULL;
	if (!word)
		return "ErrorSchemaValidation";

	*version = version_find(word);
	if (*version == EWS_VERSION_COUNT ||
	    !version_serves(asked->server->version, *version))
		return "ErrorInvalidServerVersion";
	return NULL;
}

static const char *read_impersonation(const struct asked *asked,
				      const struct xml_node *header,
				      struct mailbox **mailboxp)
{
	const struct xml_node *node =
		xml_path(header, "ExchangeImpersonation/ConnectingSID");
	const struct store *store = asked->server->exchange->store;

	if (!xml_child(header, NULL, "ExchangeImpersonation"))
		return NULL;
	if (!node || !node->child || node->child->next ||
	    node->child->text[0] == '\0' ||
	    strcmp(node->child->name, "SID") == 0)
		return "ErrorInvalidExchangeImpersonationHeaderData";

	*mailboxp = store_find(store, node->child->text);
	if (!*mailboxp)
		return "ErrorNonExistentMailbox";
	if (!account_impersonates(asked->account, (*mailboxp)->address))
		return "ErrorImpersonateUserDenied";
	return NULL;
}

static void count(const struct asked *asked, const struct op *op)
{
	size_t i = (size_t)(op - op_at(0));

	asked->server->counters.ops[i]++;
	asked->account->counters.ops[i]++;
}

static void run(const struct asked *asked, struct op_call *call,
		const struct op *op)
{
	struct buf waste = BUF(REPLY_MAX);

	count(asked, op);
	call->out = server_envelope(asked->server, false, true);
	op->run(call);
	if (!web_answered(asked->web) && !call->fault) {
		send(asked->server, asked->web, &call->out, 200);
		return;
	}

	xml_out_finish(&call->out, &waste);
	buf_free(&waste);
	if (call->fault)
		send_fault(asked, call->fault, call->fault_text, 0, false);
}

/* A frozen store refuses as it was seen to: HTTP 200, and no detail. */
static bool refuse_frozen(const struct asked *asked, const struct op_call *call)
{
	const struct fate *fate =
		call->impersonated ? call->impersonated->user : NULL;
	static const char code[] = "ErrorImpersonateUserDenied";

	if (!fate || !fate->frozen)
		return false;

	send_fault(asked, code, op_error_text(code), 0, true);
	return true;
}

static void read_envelope(const struct xml_node *root, void *arg)
{
	const struct asked *asked = arg;
	const struct xml_node *body = xml_child(root, NULL, "Body");
	const struct op *op =
		body && body->child ? op_find(body->child->name) : NULL;
	struct exchange *exchange = asked->server->exchange;
	struct op_call call = {
		.exchange = exchange,
		.store = exchange->store,
		.server = asked->server,
		.account = asked->account,
		.header = xml_child(root, NULL, "Header"),
		.request = body ? body->child : NULL,
		.web = asked->web,
	};
	const char *code = op ? NULL : "ErrorInvalidRequest";

	if (!code && call.header)
		code = read_version(asked, call.header, &call.version);
	if (!code && call.header)
		code = read_impersonation(asked, call.header,
					  &call.impersonated);
	if (code) {
		fault(asked, code);
		return;
	}
	if (refuse_frozen(asked, &call))
		return;

	call.self = call.impersonated;
	if (!call.self && asked->account->address)
		call.self = store_find(call.store, asked->account->address);
	run(asked, &call, op);
}

static bool throttled(const struct asked *asked)
{
	const struct knobs *knobs = &asked->server->knobs;
	struct web_reply reply = { .status = knobs->throttle_status,
				   .body = BUF(64) };
	struct buf seconds = BUF(16);

	if (!knobs->throttle_ms)
		return false;
	if (knobs->throttle_status == 500) {
		send_fault(asked, "ErrorServerBusy",
			   op_error_text("ErrorServerBusy"), knobs->throttle_ms,
			   false);
		return true;
	}
	buf_print(&seconds, "%u",
		  (knobs->throttle_ms + RETRY_AFTER_DIVISOR - 1) /
			  RETRY_AFTER_DIVISOR);
	web_reply_header(&reply, "Retry-After", buf_text(&seconds));
	buf_free(&seconds);
	web_answer(asked->web, &reply);
	return true;
}

void serve_ews(struct server *server, struct web_call *call,
	       struct account *account)
{
	struct asked asked = { server, call, account };
	const struct buf *body = web_body(call);
	struct why why;

	account->counters.requests++;
	if (web_waited(call) == 0 &&
	    account->running >= server->knobs.concurrency_max) {
		fault(&asked, "ErrorExceededConnectionCount");
		return;
	}
	if (throttled(&asked))
		return;
	if (server->fault) {
		server->counters.denied++;
		fault(&asked, server->fault);
		return;
	}
	if (xml_read(buf_text(body), body->len, &xml_limits_default,
		     read_envelope, &asked, &why) != ERR_OK &&
	    !web_answered(call))
		fault(&asked, "ErrorSchemaValidation");
}
