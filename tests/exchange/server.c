/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/exchange.h"
#include "tests/exchange/subscription.h"

static const struct version {
	const char *word;
	int major, minor, build;
	const char *schema;
} versions[] = {
#define EWS_VERSION(name, word, major, minor, build, schema) \
	{ word, major, minor, build, schema },
#include "tests/exchange/version.def"
};

static const struct knobs knobs_default = {
#define KNOB(name, value, help) .name = value,
#include "tests/exchange/knob.def"
};

static const struct {
	const char *name;
	size_t offset;
} knobs[] = {
#define KNOB(name, value, help) { #name, offsetof(struct knobs, name) },
#include "tests/exchange/knob.def"
};

/* Envelope, Header and Body, and how their namespace is bound. */
static const struct dialect {
	const char *envelope, *header, *body, *xmlns;
} dialects[] = {
	{ "Envelope", "soap11:Header", "soap11:Body", "xmlns" },
	{ "soap11:Envelope", "soap11:Header", "soap11:Body", NULL },
	{ "s:Envelope", "s:Header", "s:Body", "xmlns:s" },
};

enum { DIALECTS = sizeof(dialects) / sizeof(dialects[0]), DIALECT_S = 2 };

static const char soap[] = "http://schemas.xmlsoap.org/soap/envelope/";

const char *version_word(enum ews_version version)
{
	return versions[version].word;
}

enum ews_version version_find(const char *word)
{
	unsigned i = 0;

	while (i < EWS_VERSION_COUNT && strcmp(versions[i].word, word) != 0)
		i++;
	return (enum ews_version)i;
}

bool version_serves(enum ews_version server, enum ews_version asked)
{
	const struct version *has = &versions[server],
			     *wants = &versions[asked];

	if (has->major != wants->major)
		return has->major > wants->major;
	if (has->minor != wants->minor)
		return has->minor > wants->minor;
	return has->build >= wants->build;
}

void version_build(enum ews_version version, struct buf *out)
{
	const struct version *v = &versions[version];

	buf_print(out, "%02d.%02d.%04d.000", v->major, v->minor, v->build);
}

/* 0111, major in 6 bits, minor in 6, 1, build in 15; [MS-OXDSCLI]. */
void version_hex(enum ews_version version, struct buf *out)
{
	const struct version *v = &versions[version];

	buf_print(out, "%08X",
		  7U << 28 | (unsigned)v->major << 22 |
			  (unsigned)v->minor << 16 | 1U << 15 |
			  (unsigned)v->build);
}

static void number_attribute(struct xml_out *out, const char *name, int number)
{
	struct buf text = BUF(16);

	buf_print(&text, "%d", number);
	xml_attribute(out, name, buf_text(&text));
	buf_free(&text);
}

static void write_version(struct xml_out *out, const struct version *version)
{
	xml_start(out, "t:ServerVersionInfo");
	number_attribute(out, "MajorVersion", version->major);
	number_attribute(out, "MinorVersion", version->minor);
	number_attribute(out, "MajorBuildNumber", version->build);
	number_attribute(out, "MinorBuildNumber", 0);
	xml_attribute(out, "Version", version->schema);
	xml_end(out);
}

struct xml_out *server_envelope(const struct server *server, bool stream,
				bool declared)
{
	const struct dialect *dialect =
		&dialects[stream ? server->knobs.prefix % DIALECTS : DIALECT_S];
	struct xml_out *out = declared ? xml_out_new() : xml_out_new_bare();

	xml_start(out, dialect->envelope);
	if (dialect->xmlns)
		xml_attribute(out, dialect->xmlns, soap);
	xml_attribute(out, "xmlns:soap11", soap);
	xml_attribute(out, "xmlns:m", ews_messages);
	xml_attribute(out, "xmlns:t", ews_types);
	xml_start(out, dialect->header);
	write_version(out, &versions[server->version]);
	xml_end(out);
	xml_start(out, dialect->body);
	return out;
}

unsigned *server_knob(struct server *server, const char *name)
{
	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		if (strcmp(knobs[i].name, name) == 0)
			return (unsigned *)(void *)((char *)&server->knobs +
						    knobs[i].offset);
	return NULL;
}

enum corrupt server_corrupts(struct server *server)
{
	enum corrupt corrupt = server->corrupt;

	server->corrupt = CORRUPT_NONE;
	return corrupt;
}

void server_url(const struct server *server, const char *path, struct buf *out)
{
	buf_print(out, "%s://%s:%u%s", server->cert ? "https" : "http",
		  server->host, server->port, path);
}

static enum err open_web(struct server *server, struct why *why)
{
	const struct web_options options = {
		.port = server->port,
		.cert = server->cert,
		.key = server->key,
	};

	server->web = web_new(&options, serve, server, why);
	if (!server->web)
		return ERR_NETWORK;

	server->port = web_port(server->web);
	return ERR_OK;
}

struct server *server_new(struct exchange *exchange,
			  const struct server_options *options, struct why *why)
{
	struct server *server = x_new(struct server), **last;

	server->exchange = exchange;
	server->name = x_strdup(options->name);
	server->host = x_strdup(options->host ? options->host : "127.0.0.1");
	server->cert = options->cert ? x_strdup(options->cert) : NULL;
	server->key = options->key ? x_strdup(options->key) : NULL;
	server->port = options->port;
	server->version = options->version;
	server->knobs = knobs_default;
	if (open_web(server, why) != ERR_OK) {
		server_free(&server);
		return NULL;
	}

	for (last = &exchange->servers; *last; last = &(*last)->next)
		;
	*last = server;
	return server;
}

void server_free(struct server **serverp)
{
	struct server *server = *serverp;

	*serverp = NULL;
	web_free(&server->web);
	free(server->name);
	free(server->host);
	free(server->redirect);
	free(server->deny_header);
	free(server->deny_value);
	free(server->fault);
	free(server->cert);
	free(server->key);
	free(server);
}

void server_kill(struct server *server)
{
	web_free(&server->web);
	subscriptions_forget(server->exchange->subscriptions, server->name);
}

enum err server_revive(struct server *server, struct why *why)
{
	return server->web ? ERR_OK : open_web(server, why);
}
