/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/fake_dsa.h"

struct dsa_query {
	struct dsa_query *next;
	struct dsa_handlers handlers;
	void *arg;
	char *filter;
};

static struct dsa_query *waiting;

static void query_free(struct dsa_query *query)
{
	struct dsa_query **place = &waiting;

	while (*place != query)
		place = &(*place)->next;
	*place = query->next;
	free(query->filter);
	free(query);
}

struct dsa_query *dsa_search(struct dsa *link, const struct dsa_search *search,
			     const struct dsa_handlers *handlers, void *arg)
{
	struct dsa_query *query = x_new(struct dsa_query);
	struct dsa_query **end = &waiting;

	(void)link;
	query->handlers = *handlers;
	query->arg = arg;
	query->filter = x_strdup(search->filter ? search->filter : "");
	while (*end)
		end = &(*end)->next;
	*end = query;
	return query;
}

void dsa_cancel(struct dsa_query **queryp)
{
	if (*queryp)
		query_free(*queryp);
	*queryp = NULL;
}

void fake_dsa_reset(void)
{
	while (waiting)
		query_free(waiting);
}

unsigned fake_dsa_waiting(void)
{
	unsigned count = 0;

	for (const struct dsa_query *query = waiting; query;
	     query = query->next)
		count++;
	return count;
}

const char *fake_dsa_filter(void)
{
	return waiting ? waiting->filter : "";
}

static void answer(const char *dn, const char *const (*pairs)[2], size_t count)
{
	struct dsa_bytes *values = x_zalloc(count * sizeof(*values));
	struct dsa_attr *attrs = x_zalloc(count * sizeof(*attrs));
	const struct dsa_entry entry = { .dn = dn,
					 .attrs = attrs,
					 .attr_count = count };

	for (size_t i = 0; i < count; i++) {
		values[i] = (struct dsa_bytes){ .data = pairs[i][1],
						.len = strlen(pairs[i][1]) };
		attrs[i] = (struct dsa_attr){ .name = pairs[i][0],
					      .values = &values[i],
					      .count = 1 };
	}
	waiting->handlers.entry(&entry, waiting->arg);
	free(values);
	free(attrs);
}

void fake_dsa_user(const char *uuid, const char *dn, const char *mail)
{
	const char *const pairs[][2] = { { "entryUUID", uuid },
					 { "objectClass", "person" },
					 { "mail", mail } };

	answer(dn, pairs, 3);
}

void fake_dsa_group(const char *uuid, const char *dn, const char *attr,
		    const char *member)
{
	const char *const pairs[][2] = { { "entryUUID", uuid },
					 { "objectClass", "groupOfNames" },
					 { attr, member } };

	answer(dn, pairs, 3);
}

void fake_dsa_done(int code)
{
	struct dsa_query *query = waiting;
	struct dsa_handlers handlers = query->handlers;
	void *arg = query->arg;
	struct dsa_result result = { .code = code };

	if (code)
		why_set(&result.why, dsa_code_err(code), "code %d", code);
	query_free(query);
	handlers.done(&result, arg);
}
