/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/xml.h"
#include "sip/hash.h"
#include "sip/reginfo.h"

enum { NUMBER_SIZE = 24 };

struct count {
	unsigned active, ended;
};

static void count_binding(const struct registrar_binding *binding, void *arg)
{
	struct count *count = arg;

	if (binding->active)
		count->active++;
	else
		count->ended++;
}

static void put_number(struct xml_out *xml, const char *name, unsigned number)
{
	char text[NUMBER_SIZE];

	snprintf(text, sizeof(text), "%u", number);
	xml_attribute(xml, name, text);
}

static void write_binding(const struct registrar_binding *binding, void *arg)
{
	struct xml_out *xml = arg;
	char text[NUMBER_SIZE];

	xml_start(xml, "contact");
	snprintf(text, sizeof(text), "c%u", binding->id);
	xml_attribute(xml, "id", text);
	xml_attribute(xml, "state", binding->active ? "active" : "terminated");
	xml_attribute(xml, "event", binding->event);
	if (binding->active)
		put_number(xml, "expires", binding->expires_s);
	put_number(xml, "duration-registered", binding->since_s);
	snprintf(text, sizeof(text), "%u.%03u", binding->q / Q_MAX,
		 binding->q % Q_MAX);
	xml_attribute(xml, "q", text);
	xml_attribute(xml, "callid", binding->call_id);
	put_number(xml, "cseq", binding->cseq);
	xml_start(xml, "uri");
	xml_text(xml, binding->uri);
	xml_end(xml);
	xml_end(xml);
}

/* Never registered is init, RFC 3680, 4.7.1. */
static const char *state_of(const struct count *count)
{
	if (count->active)
		return "active";
	return count->ended ? "terminated" : "init";
}

void reginfo_write(struct buf *out, const struct registrar *registrar,
		   const char *entity, unsigned version)
{
	struct xml_out *xml = xml_out_new();
	struct count count = { 0 };
	char id[NUMBER_SIZE];

	registrar_bindings(registrar, entity, count_binding, &count);
	snprintf(id, sizeof(id), "r%llx",
		 (unsigned long long)hash_text(entity) & 0xffffffff);
	xml_start(xml, "reginfo");
	xml_attribute(xml, "xmlns", "urn:ietf:params:xml:ns:reginfo");
	put_number(xml, "version", version);
	xml_attribute(xml, "state", "full");
	xml_start(xml, "registration");
	xml_attribute(xml, "aor", entity);
	xml_attribute(xml, "id", id);
	xml_attribute(xml, "state", state_of(&count));
	registrar_bindings(registrar, entity, write_binding, xml);
	xml_end(xml);
	xml_end(xml);
	xml_out_finish(&xml, out);
}
