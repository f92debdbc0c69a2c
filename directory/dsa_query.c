/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "directory/dsa_query.h"

static const struct {
	int code;
	enum err err;
} codes[] = {
#define DSA_CODE(code, err) { code, ERR_##err },
#include "directory/dsa_codes.def"
};

enum err dsa_code_err(int code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return codes[i].err;

	return ERR_SERVER;
}

static LDAPControl *write_controls(const struct dsa_search *search,
				   LDAPControl ***listp)
{
	LDAPControl *controls =
		x_zalloc((search->control_count + 1) * sizeof(*controls));
	LDAPControl **list =
		x_zalloc((search->control_count + 1) * sizeof(LDAPControl *));

	for (size_t i = 0; i < search->control_count; i++) {
		const struct dsa_control *from = &search->controls[i];

		/* libldap does not write through these, only lacks const. */
		memcpy(&controls[i].ldctl_oid, &from->oid, sizeof(from->oid));
		memcpy(&controls[i].ldctl_value.bv_val, &from->value.data,
		       sizeof(from->value.data));
		controls[i].ldctl_value.bv_len = from->value.len;
		controls[i].ldctl_iscritical = from->critical;
		list[i] = &controls[i];
	}

	*listp = list;
	return controls;
}

int dsa_query_send(LDAP *ld, const struct dsa_search *search, struct why *why)
{
	static const int scopes[] = {
		[DSA_BASE] = LDAP_SCOPE_BASE,
		[DSA_ONE] = LDAP_SCOPE_ONELEVEL,
		[DSA_SUBTREE] = LDAP_SCOPE_SUBTREE,
	};
	LDAPControl **list;
	LDAPControl *controls = write_controls(search, &list);
	char **attrs;
	int id = -1;
	int code;

	memcpy(&attrs, &search->attrs, sizeof(attrs));
	code = ldap_search_ext(ld, search->base, scopes[search->scope],
			       search->filter, attrs, 0, list, NULL, NULL,
			       LDAP_NO_LIMIT, &id);
	free(list);
	free(controls);
	if (!code)
		return id;

	why_set(why, dsa_code_err(code), "search below \"%s\": %s",
		search->base, ldap_err2string(code));
	return -1;
}

static struct dsa_control *read_controls(LDAPControl *const *from,
					 size_t *countp)
{
	struct dsa_control *controls;
	size_t count = 0;

	while (from && from[count])
		count++;

	controls = x_zalloc((count + 1) * sizeof(*controls));
	for (size_t i = 0; i < count; i++)
		controls[i] = (struct dsa_control){
			.oid = from[i]->ldctl_oid,
			.critical = from[i]->ldctl_iscritical != 0,
			.value = { .data = from[i]->ldctl_value.bv_val,
				   .len = from[i]->ldctl_value.bv_len },
		};

	*countp = count;
	return controls;
}

struct values {
	struct berval **from;
	struct dsa_bytes *to;
	char *name;
};

static void read_values(struct values *values, struct dsa_attr *attr)
{
	size_t count = 0;

	while (values->from && values->from[count])
		count++;

	values->to = x_zalloc((count + 1) * sizeof(*values->to));
	for (size_t i = 0; i < count; i++)
		values->to[i] = (struct dsa_bytes){
			.data = values->from[i]->bv_val,
			.len = values->from[i]->bv_len,
		};

	*attr = (struct dsa_attr){
		.name = values->name,
		.values = values->to,
		.count = count,
	};
}

enum { ATTRS_MAX = 200 };

/* What is borrowed from libldap while the handler looks. */
struct loan {
	char *dn;
	LDAPControl **controls;
	struct values values[ATTRS_MAX];
	struct dsa_attr attrs[ATTRS_MAX];
};

static size_t borrow_attrs(LDAP *ld, LDAPMessage *message, struct loan *loan)
{
	BerElement *at = NULL;
	size_t count = 0;
	char *name = ldap_first_attribute(ld, message, &at);

	while (name && count < ATTRS_MAX) {
		loan->values[count].name = name;
		loan->values[count].from =
			ldap_get_values_len(ld, message, name);
		read_values(&loan->values[count], &loan->attrs[count]);
		count++;
		name = ldap_next_attribute(ld, message, at);
	}

	ldap_memfree(name);
	ber_free(at, 0);
	return count;
}

static void give_back(struct loan *loan, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ldap_memfree(loan->values[i].name);
		ldap_value_free_len(loan->values[i].from);
		free(loan->values[i].to);
	}
	ldap_memfree(loan->dn);
	ldap_controls_free(loan->controls);
	free(loan);
}

static void take_entry(LDAP *ld, LDAPMessage *message,
		       const struct dsa_handlers *handlers, void *arg)
{
	struct loan *loan = x_new(struct loan);
	struct dsa_entry entry = { .attrs = loan->attrs };
	struct dsa_control *controls;

	loan->dn = ldap_get_dn(ld, message);
	ldap_get_entry_controls(ld, message, &loan->controls);
	controls = read_controls(loan->controls, &entry.control_count);
	entry.attr_count = borrow_attrs(ld, message, loan);
	entry.dn = loan->dn ? loan->dn : "";
	entry.controls = controls;
	handlers->entry(&entry, arg);
	free(controls);
	give_back(loan, entry.attr_count);
}

static void take_intermediate(LDAP *ld, LDAPMessage *message,
			      const struct dsa_handlers *handlers, void *arg)
{
	struct berval *value = NULL;
	struct dsa_bytes bytes = { .data = "" };
	char *oid = NULL;

	if (ldap_parse_intermediate(ld, message, &oid, &value, NULL, 0) == 0 &&
	    oid && handlers->intermediate) {
		if (value)
			bytes = (struct dsa_bytes){ .data = value->bv_val,
						    .len = value->bv_len };
		handlers->intermediate(oid, &bytes, arg);
	}

	ldap_memfree(oid);
	ber_bvfree(value);
}

static void take_result(LDAP *ld, LDAPMessage *message,
			const struct dsa_handlers *handlers, void *arg)
{
	struct dsa_result result = { .why = { .err = ERR_OK } };
	struct dsa_control *controls;
	LDAPControl **from = NULL;
	char *text = NULL;
	int code = ldap_parse_result(ld, message, &result.code, NULL, &text,
				     NULL, &from, 0);

	if (code)
		result.code = code;
	controls = read_controls(from, &result.control_count);
	result.controls = controls;
	if (result.code)
		why_set(&result.why, dsa_code_err(result.code), "%s%s%s (%d)",
			ldap_err2string(result.code), text && *text ? ": " : "",
			text ? text : "", result.code);

	handlers->done(&result, arg);
	free(controls);
	ldap_controls_free(from);
	ldap_memfree(text);
}

void dsa_query_take(LDAP *ld, LDAPMessage *message,
		    const struct dsa_handlers *handlers, void *arg)
{
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		take_entry(ld, message, handlers, arg);
		break;
	case LDAP_RES_INTERMEDIATE:
		take_intermediate(ld, message, handlers, arg);
		break;
	case LDAP_RES_SEARCH_RESULT:
		take_result(ld, message, handlers, arg);
		break;
	default: /* references to other servers are not followed */
		break;
	}
}

/* "member" also finds "member;range=0-1499". */
const struct dsa_attr *dsa_entry_attr(const struct dsa_entry *entry,
				      const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < entry->attr_count; i++) {
		const char *found = entry->attrs[i].name;

		if (!strncasecmp(found, name, len) &&
		    (found[len] == '\0' || found[len] == ';'))
			return &entry->attrs[i];
	}

	return NULL;
}

const char *dsa_entry_text(const struct dsa_entry *entry, const char *name)
{
	const struct dsa_attr *attr = dsa_entry_attr(entry, name);

	return attr && attr->count ? attr->values[0].data : "";
}

const struct dsa_control *dsa_control_find(const struct dsa_control *all,
					   size_t count, const char *oid)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i].oid, oid))
			return &all[i];

	return NULL;
}

void dsa_filter_escape(char *out, const char *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)data[i];

		if (byte > 0x1f && byte < 0x7f && !strchr("*()\\", byte)) {
			*out++ = data[i];
			continue;
		}
		*out++ = '\\';
		*out++ = digits[byte >> 4];
		*out++ = digits[byte & 15];
	}
	*out = '\0';
}
