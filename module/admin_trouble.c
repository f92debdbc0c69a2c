/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "module/admin_trouble.h"
#include "module/certs.h"
#include "module/troubles_about.h"
#include "sip/uri.h"
#include "sip/words.h"

static enum err trouble_user(struct engine *engine, const char *address,
			     struct why *why)
{
	enum err err = uri_entity(engine->looking_user, address, why);

	if (!err)
		err = troubles_about_gateway(engine, engine->looking_user,
					     engine->looking_at, why);
	if (!err)
		engine->looking = engine->looking_at;
	return err;
}

enum err show_trouble(struct engine *engine, const char *argument,
		      struct json *out, struct why *why)
{
	(void)out;
	engine->looking_user[0] = '\0';
	if (!strncmp(argument, "user ", 5))
		return trouble_user(engine, argument + 5, why);
	if (!strcmp(argument, "user") &&
	    !troubles_known(engine->troubles, argument))
		return why_set(why, ERR_CONFIG, "usage: trouble user ADDRESS");

	engine->looking = argument;
	return ERR_OK;
}

static enum trouble_status worse(enum trouble_status a, enum trouble_status b)
{
	return a > b ? a : b;
}

/* His own rows are the report; of the gateways only how they are. */
static enum trouble_status show_user_trouble(const struct engine *engine,
					     const char *gateway,
					     const char *entity,
					     struct json *out)
{
	struct json *rows, *remedies;

	json_put_text(out, "user", entity);
	rows = json_put_array(out, "rows");
	remedies = json_put_array(out, "remedies");
	troubles_show_overall(engine->troubles, gateway,
			      engine->settings.language,
			      json_put_array(out, "gateways"));
	return troubles_about_user(engine, entity, rows, remedies);
}

static enum trouble_status show_all_trouble(const struct engine *engine,
					    const char *gateway,
					    struct json *out)
{
	struct json *rows, *remedies;

	troubles_show(engine->troubles, gateway, engine->settings.language,
		      out);
	if (*gateway)
		return TROUBLE_PASS;
	rows = json_put_array(out, "system");
	remedies = json_put_array(out, "system_remedies");
	return troubles_about_system(engine, rows, remedies);
}

enum trouble_status admin_trouble_show(const struct engine *engine,
				       const char *gateway, const char *user,
				       struct json *out)
{
	enum trouble_status status = troubles_worst(engine->troubles, gateway);

	json_put_text(out, "overall", ""); /* comes first */
	status = worse(status,
		       *user ? show_user_trouble(engine, gateway, user, out)
			     : show_all_trouble(engine, gateway, out));
	json_put_text(out, "overall",
		      words(engine->settings.language,
			    trouble_status_word(status)));
	return status;
}

/* Whoever trusts the same place sees it at the next handshake. */
static void trust_again(const struct engine *engine, const char *place)
{
	for (size_t i = 0; i < gateways_count(engine->gateways); i++) {
		struct gateway *gateway = gateways_at(engine->gateways, i);
		const char *trust = gateway_settings(gateway)->trust;

		if (!strcmp(trust, place))
			http_origin_trust(gateway_origin(gateway), trust);
	}
}

/* Why there is none to show or to accept. */
static enum err no_chain(const struct gateway_settings *settings,
			 struct why *why)
{
	return settings->tls
		       ? why_set(why, ERR_CONFIG,
				 "no certificate was seen yet: trouble %s",
				 settings->name)
		       : why_set(why, ERR_CONFIG,
				 "gateway %s has tls=no: its server "
				 "shows no certificate",
				 settings->name);
}

static struct certs_seen certs_seen(const struct engine *engine,
				    const char *gateway)
{
	return (struct certs_seen){
		.chain = troubles_chain(engine->troubles, gateway),
		.issuers = troubles_issuers(engine->troubles, gateway),
	};
}

static enum err certs_change(struct engine *engine, const char *verb,
			     const struct gateway_settings *settings,
			     const char *fingerprint, struct why *why)
{
	const struct certs_seen seen = certs_seen(engine, settings->name);
	bool accept = !strcmp(verb, "accept");
	enum err err;

	if (!*fingerprint)
		return why_set(why, ERR_CONFIG, "want --fingerprint SHA256");
	if (accept && !seen.chain)
		return no_chain(settings, why);
	err = accept ? certs_accept(&seen, settings->trust, fingerprint, why)
		     : certs_remove(settings->trust, fingerprint, why);
	if (err)
		return err;

	log_info(accept ? "certificate accepted" : "certificate removed",
		 KV("gateway", settings->name), KV("sha256", fingerprint),
		 KV("by", engine->asker));
	trust_again(engine, settings->trust);
	return ERR_OK;
}

static enum err certs_look(const struct engine *engine,
			   const struct gateway_settings *settings,
			   const char *option, struct json *out,
			   struct why *why)
{
	const struct certs_seen seen = certs_seen(engine, settings->name);

	if (!seen.chain)
		return no_chain(settings, why);
	if (!strcmp(option, "--pem"))
		certs_show_pem(&seen, out);
	else
		certs_show(&seen, settings->host, settings->trust, out);
	return ERR_OK;
}

enum err show_certs(struct engine *engine, const char *argument,
		    struct json *out, struct why *why)
{
	char verb[16] = "", name[DIRECTIVE_TEXT_SIZE] = "", option[32] = "";
	char value[200] = "";
	struct gateway *const *found;
	const struct gateway_settings *settings;
	size_t count;

	sscanf(argument, "%15s %64s %31s %199s", verb, name, option, value);
	found = gateways_choose(engine->gateways, name, &count);
	if (!*name || !count)
		return why_set(why, ERR_GONE, "no gateway is called %s", name);

	settings = gateway_settings(*found);
	if (!strcmp(verb, "show"))
		return certs_look(engine, settings, option, out, why);
	if (!strcmp(verb, "list"))
		return certs_list(settings->trust, out, why);
	if (strcmp(verb, "accept") != 0 && strcmp(verb, "remove") != 0)
		return why_set(why, ERR_CONFIG,
			       "certs: want show, list, accept or remove");
	json_put_text(out, "certs", "done, for new connections");
	return certs_change(engine, verb, settings,
			    strcmp(option, "--fingerprint") ? "" : value, why);
}
