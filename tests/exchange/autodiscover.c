/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* POX ([MS-OXDSCLI]) and SOAP ([MS-OXWSADISC]) Autodiscover. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "tests/exchange/exchange.h"

enum { REPLY_MAX = 1 << 20, USERS_MAX = 100 };

static const char response_ns[] =
	"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
static const char outlook_ns[] =
	"http://schemas.microsoft.com/exchange/autodiscover/outlook/"
	"responseschema/2006a";
static const char soap_ns[] =
	"http://schemas.microsoft.com/exchange/2010/Autodiscover";
static const char action[] =
	"http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/"
	"GetUserSettingsResponse";

/* One question, and where the answer is written. */
struct question {
	struct server *asked;
	const char *address;
	const struct mailbox *mailbox; /* NULL if unknown */
	const struct server *home;
	struct xml_out *out;
};

typedef void value_h(const struct question *question, struct buf *out);

static void ews_url(const struct question *question, struct buf *out)
{
	server_url(question->home, "/EWS/Exchange.asmx", out);
}

static void grouping(const struct question *question, struct buf *out)
{
	buf_print(out, "Site-%s", question->home->name);
}

static void build(const struct question *question, struct buf *out)
{
	version_build(question->home->version, out);
}

static void hex(const struct question *question, struct buf *out)
{
	version_hex(question->home->version, out);
}

static void schemas(const struct question *question, struct buf *out)
{
	for (unsigned i = 0; i < EWS_VERSION_COUNT; i++)
		if (version_serves(question->home->version,
				   (enum ews_version)i))
			buf_print(out, "%s%s", i ? ", " : "",
				  version_word((enum ews_version)i));
}

static void mailbox_server(const struct question *question, struct buf *out)
{
	buf_print(out, "%s", question->home->name);
}

static void server_dn(const struct question *question, struct buf *out)
{
	buf_print(out,
		  "/o=Example/ou=Exchange Administrative Group/"
		  "cn=Configuration/cn=Servers/cn=%s",
		  question->home->name);
}

static void mdb_dn(const struct question *question, struct buf *out)
{
	server_dn(question, out);
	buf_print(out, "/cn=Microsoft Private MDB");
}

static void user_dn(const struct question *question, struct buf *out)
{
	buf_print(out, "/o=Example/ou=Recipients/cn=%u",
		  question->mailbox->index);
}

static void display_name(const struct question *question, struct buf *out)
{
	buf_print(out, "%s", question->mailbox->name);
}

static const struct {
	const char *name;
	value_h *write;
} settings[] = {
	{ "ExternalEwsUrl", ews_url },
	{ "InternalEwsUrl", ews_url },
	{ "GroupingInformation", grouping },
	{ "CasVersion", build },
	{ "ExternalEwsVersion", build },
	{ "EwsSupportedSchemas", schemas },
	{ "InternalMailboxServer", mailbox_server },
	{ "InternalMailboxServerDN", server_dn },
	{ "MailboxDN", mdb_dn },
	{ "UserDN", user_dn },
	{ "UserDisplayName", display_name },
};

/* A server may leave out what others say. */
static bool is_said(const struct question *question, value_h *write)
{
	const struct knobs *knobs = &question->asked->knobs;

	if (write == ews_url)
		return knobs->discover_urls;
	if (write == grouping || write == mailbox_server || write == server_dn)
		return knobs->discover_sites;
	return true;
}

static void leaf(const struct question *question, const char *element,
		 value_h *write)
{
	struct buf text = BUF(1024);

	if (!is_said(question, write))
		return;
	write(question, &text);
	xml_leaf(question->out, element, buf_text(&text));
	buf_free(&text);
}

static void ask(struct question *question, const char *address)
{
	const struct exchange *exchange = question->asked->exchange;

	question->address = address;
	question->mailbox = store_find(exchange->store, address);
	question->home =
		question->mailbox
			? exchange_server(exchange, question->mailbox->server)
			: NULL;
}

static void send(struct question *question, struct web_call *call)
{
	struct web_reply reply = {
		.status = 200,
		.type = "text/xml; charset=utf-8",
		.body = BUF(REPLY_MAX),
	};

	xml_out_finish(&question->out, &reply.body);
	web_answer(call, &reply);
}

static void pox_protocol(const struct question *question, const char *type)
{
	struct xml_out *out = question->out;

	xml_start(out, "Protocol");
	xml_leaf(out, "Type", type);
	leaf(question, "Server", mailbox_server);
	leaf(question, "ServerDN", server_dn);
	leaf(question, "ServerVersion", hex);
	leaf(question, "MdbDN", mdb_dn);
	leaf(question, "ASUrl", ews_url);
	leaf(question, "EwsUrl", ews_url);
	leaf(question, "GroupingInformation", grouping);
	xml_leaf(out, "AuthPackage", "Anonymous");
	xml_end(out);
}

static void pox_redirect(const struct question *question, const char *target)
{
	bool url = strncasecmp(target, "http", 4) == 0;

	xml_start(question->out, "Account");
	xml_leaf(question->out, "AccountType", "email");
	xml_leaf(question->out, "Action", url ? "redirectUrl" : "redirectAddr");
	xml_leaf(question->out, url ? "RedirectUrl" : "RedirectAddr", target);
	xml_end(question->out);
}

static void pox_error(const struct question *question)
{
	char text[CLOCK_TEXT_SIZE];

	xml_start(question->out, "Error");
	xml_attribute(question->out, "Time", clock_text(text, clock_now()));
	xml_attribute(question->out, "Id", "1");
	xml_leaf(question->out, "ErrorCode", "500");
	xml_leaf(question->out, "Message", "The email address can't be found.");
	xml_leaf(question->out, "DebugData", "");
	xml_end(question->out);
}

static void pox_settings(const struct question *question)
{
	struct xml_out *out = question->out;

	xml_start(out, "User");
	leaf(question, "DisplayName", display_name);
	leaf(question, "LegacyDN", user_dn);
	xml_leaf(out, "AutoDiscoverSMTPAddress", question->mailbox->address);
	xml_leaf(out, "DeploymentId", "00000000-0000-0000-0000-000000000000");
	xml_end(out);
	xml_start(out, "Account");
	xml_leaf(out, "AccountType", "email");
	xml_leaf(out, "Action", "settings");
	xml_leaf(out, "MicrosoftOnline", "False");
	pox_protocol(question, "EXCH");
	pox_protocol(question, "EXPR");
	pox_protocol(question, "EXHTTP");
	xml_end(out);
}

static void pox_read(const struct xml_node *root, void *arg)
{
	struct question *question = arg;
	const char *redirect = question->asked->redirect;

	ask(question, xml_path_text(root, "Request/EMailAddress"));
	question->out = xml_out_new();
	xml_start(question->out, "Autodiscover");
	xml_attribute(question->out, "xmlns", response_ns);
	xml_start(question->out, "Response");
	xml_attribute(question->out, "xmlns", outlook_ns);
	if (redirect && strcasecmp(redirect, question->address) != 0)
		pox_redirect(question, redirect);
	else if (question->home)
		pox_settings(question);
	else
		pox_error(question);
}

static void answer(struct server *server, struct web_call *call,
		   xml_document_h *read)
{
	struct question question = { .asked = server };
	const struct buf *body = web_body(call);
	struct web_reply bad = { .status = 400, .body = BUF(1) };
	struct why why;

	if (xml_read(buf_text(body), body->len, &xml_limits_default, read,
		     &question, &why) == ERR_OK &&
	    question.out)
		send(&question, call);
	else
		web_answer(call, &bad);
}

void serve_autodiscover_pox(struct server *server, struct web_call *call)
{
	answer(server, call, pox_read);
}

static void result(struct xml_out *out, const char *code)
{
	xml_leaf(out, "ErrorCode", code);
	xml_leaf(out, "ErrorMessage",
		 strcmp(code, "NoError") == 0
			 ? "No error."
			 : "The request cannot be served.");
}

static bool write_setting(const struct question *question, const char *name)
{
	size_t i = 0, count = sizeof(settings) / sizeof(settings[0]);

	while (i < count && strcmp(settings[i].name, name) != 0)
		i++;
	if (i == count || !is_said(question, settings[i].write))
		return false;

	xml_start(question->out, "UserSetting");
	xml_attribute(question->out, "i:type", "StringSetting");
	xml_leaf(question->out, "Name", name);
	leaf(question, "Value", settings[i].write);
	xml_end(question->out);
	return true;
}

static void write_settings(const struct question *question,
			   const struct xml_node *names)
{
	xml_start(question->out, "UserSettingErrors");
	xml_end(question->out);
	xml_start(question->out, "UserSettings");
	for (; question->home && names; names = xml_again(names))
		write_setting(question, names->text);
	xml_end(question->out);
}

static void write_user(const struct question *question,
		       const struct xml_node *names)
{
	const char *redirect = question->asked->redirect;
	const char *code = question->home ? "NoError" : "InvalidUser";

	if (redirect && strcasecmp(redirect, question->address) == 0)
		redirect = NULL;
	if (redirect)
		code = strncasecmp(redirect, "http", 4) == 0
			       ? "RedirectUrl"
			       : "RedirectAddress";
	xml_start(question->out, "UserResponse");
	result(question->out, code);
	xml_start(question->out, "RedirectTarget");
	if (redirect)
		xml_text(question->out, redirect);
	else
		xml_attribute(question->out, "i:nil", "true");
	xml_end(question->out);
	write_settings(question, redirect ? NULL : names);
	xml_end(question->out);
}

static void soap_start(struct question *question)
{
	struct xml_out *out = question->out = xml_out_new();

	xml_start(out, "s:Envelope");
	xml_attribute(out, "xmlns:s",
		      "http://schemas.xmlsoap.org/soap/envelope/");
	xml_attribute(out, "xmlns:a", "http://www.w3.org/2005/08/addressing");
	xml_start(out, "s:Header");
	xml_leaf(out, "a:Action", action);
	xml_end(out);
	xml_start(out, "s:Body");
	xml_start(out, "GetUserSettingsResponseMessage");
	xml_attribute(out, "xmlns", soap_ns);
	xml_attribute(out, "xmlns:i",
		      "http://www.w3.org/2001/XMLSchema-instance");
	xml_start(out, "Response");
	result(out, "NoError");
	xml_start(out, "UserResponses");
}

static void soap_read(const struct xml_node *root, void *arg)
{
	struct question *question = arg;
	const struct xml_node *request =
		xml_path(root, "Body/GetUserSettingsRequestMessage/Request");
	const struct xml_node *user = xml_path(request, "Users/User");
	const struct xml_node *names =
		xml_path(request, "RequestedSettings/Setting");

	if (!request)
		return;

	soap_start(question);
	for (unsigned i = 0; user && i < USERS_MAX; i++) {
		ask(question, xml_path_text(user, "Mailbox"));
		write_user(question, names);
		user = xml_again(user);
	}
}

void serve_autodiscover_soap(struct server *server, struct web_call *call)
{
	answer(server, call, soap_read);
}
