/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/autodiscover_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xml.h"

static const struct xml_limits limits = { AUTODISCOVER_REPLY_MAX, 20, 5000,
					  32 };

static const struct {
	const char *word;
	enum err err;
} codes[] = {
#define AUTODISCOVER_CODE(word, err) { word, ERR_##err },
#include "calendar/autodiscover_code.def"
};

#define FIELD(name) \
	offsetof(struct located, name), sizeof(((struct located *)0)->name)

static const struct {
	const char *name;
	size_t offset, size;
} settings[] = {
	{ "ExternalEwsUrl", FIELD(external) },
	{ "InternalEwsUrl", FIELD(internal) },
	{ "InternalMailboxServer", FIELD(server) },
	{ "GroupingInformation", FIELD(grouping) },
	{ "ExternalEwsVersion", FIELD(version) },
	{ "CasVersion", FIELD(version) },
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* What does not fit is as good as not said. */
static void keep(char *to, size_t size, const char *text)
{
	if (!to[0] && strlen(text) < size)
		snprintf(to, size, "%s", text);
}

static void refuse(struct autodiscover_answer *answer, const char *code,
		   const char *text)
{
	size_t i = 0, count = sizeof(codes) / sizeof(codes[0]);

	while (i < count && strcmp(codes[i].word, code) != 0)
		i++;
	answer->kind = ANSWER_TROUBLE;
	why_set(&answer->why, i < count ? codes[i].err : ERR_SERVER,
		"%.40s%s%.120s", *code ? code : "no code", *text ? ": " : "",
		text);
}

static void send_on(struct autodiscover_answer *answer, bool url,
		    const char *target)
{
	if (!*target || strlen(target) >= sizeof(answer->target)) {
		why_set(&answer->why, ERR_MALFORMED,
			"redirected to nowhere, or too far");
		return;
	}
	answer->kind = url ? ANSWER_URL : ANSWER_ADDRESS;
	snprintf(answer->target, sizeof(answer->target), "%s", target);
}

static void settle(struct autodiscover_answer *answer)
{
	const struct located *located = &answer->located;

	if (located->external[0] || located->internal[0])
		answer->kind = ANSWER_FOUND;
	else
		why_set(&answer->why, ERR_SERVER, "no EWS URL is named");
}

static void read_setting(const struct xml_node *setting,
			 struct located *located)
{
	const char *name = xml_path_text(setting, "Name");

	for (size_t i = 0; i < SETTINGS; i++)
		if (!strcmp(settings[i].name, name))
			keep((char *)located + settings[i].offset,
			     settings[i].size, xml_path_text(setting, "Value"));
}

static void read_user(const struct xml_node *user,
		      struct autodiscover_answer *answer)
{
	const struct xml_node *setting =
		xml_path(user, "UserSettings/UserSetting");
	const char *code = xml_path_text(user, "ErrorCode");

	if (!strcmp(code, "RedirectAddress") || !strcmp(code, "RedirectUrl")) {
		send_on(answer, !strcmp(code, "RedirectUrl"),
			xml_path_text(user, "RedirectTarget"));
		return;
	}
	if (strcmp(code, "NoError") != 0) {
		refuse(answer, code, xml_path_text(user, "ErrorMessage"));
		return;
	}

	for (; setting; setting = xml_again(setting))
		read_setting(setting, &answer->located);
	settle(answer);
}

static void read_soap(const struct xml_node *root,
		      struct autodiscover_answer *answer)
{
	const struct xml_node *fault = xml_path(root, "Body/Fault");
	const struct xml_node *response =
		xml_path(root, "Body/GetUserSettingsResponseMessage/Response");
	const struct xml_node *user =
		xml_path(response, "UserResponses/UserResponse");
	const char *code = xml_path_text(response, "ErrorCode");

	if (fault)
		refuse(answer, xml_path_text(fault, "detail/ErrorCode"),
		       xml_path_text(fault, "faultstring"));
	else if (user && (!*code || !strcmp(code, "NoError")))
		read_user(user, answer);
	else if (response)
		refuse(answer, code, xml_path_text(response, "ErrorMessage"));
}

/* "738F89CB": four bits, six of major, six of minor, a flag, the build. */
static void keep_version(struct located *located, const char *hex)
{
	unsigned long number = strtoul(hex, NULL, 16);

	if (strlen(hex) == 8 && number >> 28 == 7 && !located->version[0])
		snprintf(located->version, sizeof(located->version),
			 "%02lu.%02lu.%04lu", number >> 22 & 0x3f,
			 number >> 16 & 0x3f, number & 0x7fff);
}

/* EXCH is for the inside; EXPR and EXHTTP are for the outside. */
static void read_protocol(const struct xml_node *protocol,
			  struct located *located)
{
	const char *url = xml_path_text(protocol, "EwsUrl");

	if (!*url)
		url = xml_path_text(protocol, "ASUrl");
	if (strcmp(xml_path_text(protocol, "Type"), "EXCH") != 0) {
		keep(located->external, sizeof(located->external), url);
		return;
	}

	keep(located->internal, sizeof(located->internal), url);
	keep(located->server, sizeof(located->server),
	     xml_path_text(protocol, "Server"));
	keep(located->grouping, sizeof(located->grouping),
	     xml_path_text(protocol, "GroupingInformation"));
	keep_version(located, xml_path_text(protocol, "ServerVersion"));
}

static void read_pox(const struct xml_node *root,
		     struct autodiscover_answer *answer)
{
	const struct xml_node *error = xml_path(root, "Response/Error");
	const struct xml_node *account = xml_path(root, "Response/Account");
	const struct xml_node *protocol = xml_path(account, "Protocol");
	const char *action = xml_path_text(account, "Action");

	if (error) {
		refuse(answer, xml_path_text(error, "ErrorCode"),
		       xml_path_text(error, "Message"));
	} else if (!strcmp(action, "redirectAddr")) {
		send_on(answer, false, xml_path_text(account, "RedirectAddr"));
	} else if (!strcmp(action, "redirectUrl")) {
		send_on(answer, true, xml_path_text(account, "RedirectUrl"));
	} else if (account) {
		for (; protocol; protocol = xml_again(protocol))
			read_protocol(protocol, &answer->located);
		settle(answer);
	}
}

static void on_document(const struct xml_node *root, void *arg)
{
	if (!strcmp(root->name, "Autodiscover"))
		read_pox(root, arg);
	else if (!strcmp(root->name, "Envelope"))
		read_soap(root, arg);
}

void autodiscover_read(const char *body, size_t len,
		       struct autodiscover_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	why_set(&answer->why, ERR_MALFORMED, "no answer of Autodiscover");
	if (len > AUTODISCOVER_REPLY_MAX)
		return;
	if (xml_read(body, len, &limits, on_document, answer, NULL))
		answer->kind = ANSWER_TROUBLE;
	if (answer->kind != ANSWER_TROUBLE)
		answer->why = (struct why){ .err = ERR_OK };
}
