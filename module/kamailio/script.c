/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the routing script can call. None of these waits for the engine. */
#include "module/kamailio/adapter.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/data_lump_rpl.h"
#include "core/dprint.h"
#include "core/lvalue.h"
#include "core/mod_fix.h"
#include "core/parser/parse_content.h"
#include "core/parser/parse_expires.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "core/pvar.h"
#include "modules/presence/bind_presence.h"
#include "modules/sl/sl.h"

#include "sip/publication.h"

enum { TRUE_RC = 1, FALSE_RC = -1, REVOKED_RC = -2, ERROR_RC = -3 };
enum { HEADERS_SIZE = 128, EXPIRES_USUAL_S = 3600 };

/* $subs(...) of the presence module, in the order of PIPE_WATCH's texts. */
enum { WATCH_TEXTS = 9 };
static const char *const watch_names[WATCH_TEXTS] = {
	"$subs(watcher_username)",
	"$subs(watcher_domain)",
	"$subs(uri)",
	"$subs(from_tag)",
	"$subs(to_tag)",
	"$subs(contact)",
	"$subs(callid)",
	"$subs(expires)",
	"$subs(remote_cseq)",
};

static pv_spec_t *watch_specs[WATCH_TEXTS];
static pv_spec_t *until_spec;
static presence_api_t presence;
static sl_api_t sl;
static int has_presence;

static pv_spec_t *spec_of(const char *name)
{
	str text = { .s = (char *)(size_t)name, .len = (int)strlen(name) };

	return pv_cache_get(&text);
}

int script_bind(void)
{
	bind_presence_t bind =
		(bind_presence_t)find_export("bind_presence", 1, 0);

	until_spec = spec_of("$var(until)");
	if (!bind)
		return 0;
	if (bind(&presence) < 0 || sl_load_api(&sl) < 0)
		return -1;
	has_presence = 1;
	for (int i = 0; i < WATCH_TEXTS; i++)
		watch_specs[i] = spec_of(watch_names[i]);
	return 0;
}

static int skip_scheme(const str *text)
{
	static const char *const schemes[] = { "sip:", "sips:", "pres:" };

	for (int i = 0; i < 3; i++) {
		int len = (int)strlen(schemes[i]);

		if (text->len > len && !strncasecmp(text->s, schemes[i], len))
			return len;
	}
	return 0;
}

static const str *domain_of(struct sip_msg *msg)
{
	if (adapter_domain.len)
		return &adapter_domain;
	if (!msg || parse_sip_msg_uri(msg) < 0)
		return NULL;
	return &msg->parsed_uri.host;
}

bool adapter_entity(char entity[ADAPTER_NAME_MAX + 1], const str *text,
		    struct sip_msg *msg)
{
	int from = skip_scheme(text), to = from, at = -1;
	const str *domain = NULL;
	int len;

	for (; to < text->len && !strchr(";?>", text->s[to]); to++) {
		if (text->s[to] == '@')
			at = to;
		else if (text->s[to] == ':' && at >= 0)
			break;
	}
	if (at < 0)
		domain = domain_of(msg);
	if (to == from || (at < 0 && !domain))
		return false;

	len = snprintf(entity, ADAPTER_NAME_MAX + 1, "sip:%.*s%s%.*s",
		       to - from, text->s + from, domain ? "@" : "",
		       domain ? domain->len : 0, domain ? domain->s : "");
	for (char *c = entity; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return len > 0 && len <= ADAPTER_NAME_MAX;
}

static bool named(char entity[ADAPTER_NAME_MAX + 1], struct sip_msg *msg,
		  char *parameter)
{
	str text;

	return fixup_get_svalue(msg, (gparam_t *)parameter, &text) == 0 &&
	       text.len > 0 && adapter_entity(entity, &text, msg);
}

int script_entitled(struct sip_msg *msg, char *uri, char *unused)
{
	char entity[ADAPTER_NAME_MAX + 1];
	struct table_row row;

	(void)unused;
	if (!named(entity, msg, uri))
		return FALSE_RC;

	table_find(entity, &row);
	if (row.entitlement == TABLE_ENTITLED)
		return TRUE_RC;
	return row.entitlement == TABLE_REVOKED ? REVOKED_RC : FALSE_RC;
}

static int put_text(struct sip_msg *msg, pv_spec_t *spec, const char *text)
{
	pv_value_t value = { .flags = PV_VAL_STR };

	value.rs.s = (char *)(size_t)text;
	value.rs.len = (int)strlen(text);
	return spec && spec->setf
		       ? spec->setf(msg, &spec->pvp, (int)EQ_T, &value)
		       : -1;
}

static int put_number(struct sip_msg *msg, pv_spec_t *spec, time_t number)
{
	pv_value_t value = { .flags = PV_VAL_INT | PV_TYPE_INT };

	value.ri = (int)number;
	return spec && spec->setf
		       ? spec->setf(msg, &spec->pvp, (int)EQ_T, &value)
		       : -1;
}

static int tell_state(struct sip_msg *msg, char *uri, pv_spec_t *state,
		      pv_spec_t *until)
{
	char entity[ADAPTER_NAME_MAX + 1];
	struct table_row row;
	bool over;

	if (!named(entity, msg, uri))
		return FALSE_RC;

	table_find(entity, &row);
	if (!row.state[0])
		return FALSE_RC;

	/* The end passes whether an engine is there to say so or not. */
	over = table_is_stale() || (row.until && row.until <= time(NULL));
	if (put_text(msg, state, over ? "unknown" : row.state) < 0 ||
	    put_number(msg, until, over ? 0 : row.until) < 0)
		return ERROR_RC;
	return TRUE_RC;
}

int script_state(struct sip_msg *msg, char *uri, char *state)
{
	return tell_state(msg, uri, (pv_spec_t *)state, until_spec);
}

int script_state_until(struct sip_msg *msg, char *uri, char *state, char *until)
{
	return tell_state(msg, uri, (pv_spec_t *)state, (pv_spec_t *)until);
}

int script_fixup_state(void **param, int number)
{
	pv_spec_t *spec;

	if (number == 1)
		return fixup_spve_null(param, 1);
	if (fixup_pvar_null(param, 1) < 0)
		return -1;

	spec = (pv_spec_t *)*param;
	if (spec->setf)
		return 0;
	LM_ERR("daymark_state: parameter %d cannot be written to\n", number);
	return -1;
}

/* A copy as a C string, since what is read may be another's next. */
static bool read_text(struct sip_msg *msg, int i, char *text, size_t size)
{
	pv_value_t value;

	if (!watch_specs[i] ||
	    pv_get_spec_value(msg, watch_specs[i], &value) < 0 ||
	    (value.flags & PV_VAL_NULL))
		return false;
	if (value.flags & PV_VAL_STR)
		return snprintf(text, size, "%.*s", value.rs.len, value.rs.s) <
		       (int)size;
	return snprintf(text, size, "%ld", (long)value.ri) < (int)size;
}

enum watch_text {
	USER,
	DOMAIN,
	ENTITY,
	FROM_TAG,
	TO_TAG,
	CONTACT,
	CALL_ID,
	EXPIRES,
	CSEQ
};

/* NOTIFYs of a dialog leave by the socket its last SUBSCRIBE came to. */
static const char *socket_uri(char uri[ADAPTER_NAME_MAX + 1],
			      const struct socket_info *socket)
{
	if (!socket || socket->proto != PROTO_UDP)
		return "";
	snprintf(uri, ADAPTER_NAME_MAX + 1, "sip:%.*s:%.*s",
		 socket->address_str.len, socket->address_str.s,
		 socket->port_no_str.len, socket->port_no_str.s);
	return uri;
}

int script_watch(struct sip_msg *msg, char *unused, char *unused2)
{
	char texts[WATCH_TEXTS][ADAPTER_NAME_MAX + 1];
	char key[2 * ADAPTER_NAME_MAX + 2], watcher[2 * ADAPTER_NAME_MAX + 8];
	char socket[ADAPTER_NAME_MAX + 1];
	struct pipe_message message = { .kind = PIPE_WATCH };
	long expires_s;

	(void)unused;
	(void)unused2;
	for (int i = 0; i < WATCH_TEXTS; i++)
		if (!read_text(msg, i, texts[i], sizeof(texts[i])))
			return FALSE_RC;

	expires_s = strtol(texts[EXPIRES], NULL, 10);
	snprintf(key, sizeof(key), "%s;%s", texts[CALL_ID], texts[FROM_TAG]);
	snprintf(watcher, sizeof(watcher), "sip:%s@%s", texts[USER],
		 texts[DOMAIN]);
	message.id = (uint32_t)strtoul(texts[CSEQ], NULL, 10);
	message.number = expires_s > 0 ? (int64_t)(time(NULL) + expires_s) : 0;
	message.texts[0] = key;
	message.texts[1] = watcher;
	message.texts[2] = texts[ENTITY];
	message.texts[3] = texts[FROM_TAG];
	message.texts[4] = texts[TO_TAG];
	message.texts[5] = texts[CONTACT];
	message.texts[6] = texts[CALL_ID];
	message.texts[7] = socket_uri(socket, msg->rcv.bind_address);
	return supervisor_tell(adapter_supervisor, &message) ? TRUE_RC
							     : FALSE_RC;
}

static int expires_of(struct sip_msg *msg)
{
	const exp_body_t *expires;

	if (!msg->expires || parse_expires(msg->expires) < 0)
		return EXPIRES_USUAL_S;
	expires = msg->expires->parsed;
	return expires->valid ? (int)expires->val : EXPIRES_USUAL_S;
}

static int answer_published(struct sip_msg *msg, int expires_s)
{
	char headers[HEADERS_SIZE];
	str reason = str_init("OK");
	int len = snprintf(headers, sizeof(headers),
			   "SIP-ETag: %s\r\nExpires: %d\r\n",
			   PUBLICATION_OWN_TAG, expires_s);

	if (!add_lump_rpl(msg, headers, len, LUMP_RPL_HDR))
		return ERROR_RC;
	return sl.freply(msg, 200, &reason) < 0 ? ERROR_RC : TRUE_RC;
}

/*
 * The engine's documents under one tag of their own, so that an engine which
 * died with an answer under way, or a server that was restarted with its
 * database, does not leave a second one behind.
 */
int script_publish(struct sip_msg *msg, char *unused, char *unused2)
{
	str event = str_init("presence");
	str tag = str_init(PUBLICATION_OWN_TAG);
	str body = STR_NULL;
	struct sip_uri *uri = &msg->parsed_uri;
	int expires_s, rc;

	(void)unused;
	(void)unused2;
	if (!has_presence || parse_headers(msg, HDR_EOH_F, 0) < 0 ||
	    parse_sip_msg_uri(msg) < 0 || !uri->user.len)
		return ERROR_RC;

	expires_s = expires_of(msg);
	body.s = get_body(msg);
	if (body.s && msg->content_length)
		body.len = (int)get_content_length(msg);
	if (expires_s && !body.len)
		return FALSE_RC;
	rc = expires_s ? presence.update_presentity(&event, &uri->host,
						    &uri->user, &tag, NULL,
						    &body, expires_s, 1, 1)
		       : presence.update_presentity(&event, &uri->host,
						    &uri->user, &tag, NULL,
						    &body, 0, 0, 0);
	if (rc < 0 && expires_s)
		return ERROR_RC;
	return answer_published(msg, expires_s);
}
