/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/fake_dsa.h"

enum { PARTS_MAX = 8 };

struct dsa {
	struct dsa_watch handlers;
	void *arg;
	bool up;
};

struct dsa_query {
	struct dsa_query *next;
	struct dsa_handlers handlers;
	void *arg;
	char *base, *filter;
	struct dsa_control controls[PARTS_MAX];
	size_t control_count;
};

static struct dsa *made;
static struct dsa_query *waiting;
static unsigned chosen;

/* Of the next entry or end. */
static struct dsa_bytes values[PARTS_MAX];
static struct dsa_attr attrs[PARTS_MAX];
static struct dsa_control controls[PARTS_MAX];
static size_t attr_count, control_count;

static void free_const(const void *data)
{
	void *ours;

	memcpy(&ours, &data, sizeof(ours));
	free(ours);
}

static void query_free(struct dsa_query *query)
{
	struct dsa_query **place = &waiting;

	while (*place != query)
		place = &(*place)->next;
	*place = query->next;
	for (size_t i = 0; i < query->control_count; i++) {
		free_const(query->controls[i].oid);
		free_const(query->controls[i].value.data);
	}
	free(query->base);
	free(query->filter);
	free(query);
}

static struct dsa_query *chosen_query(void)
{
	struct dsa_query *query = waiting;

	for (unsigned i = 0; query && i < chosen; i++)
		query = query->next;
	return query;
}

/* One that there is: to be answered. */
static struct dsa_query *asked_query(void)
{
	struct dsa_query *query = chosen_query();

	assert(query);
	return query;
}

static void copy_controls(struct dsa_query *query,
			  const struct dsa_search *search)
{
	assert(search->control_count <= PARTS_MAX);
	for (size_t i = 0; i < search->control_count; i++) {
		const struct dsa_bytes *from = &search->controls[i].value;
		char *data = x_zalloc(from->len + 1);

		if (from->len)
			memcpy(data, from->data, from->len);
		query->controls[i] = (struct dsa_control){
			.oid = x_strdup(search->controls[i].oid),
			.value = { .data = data, .len = from->len },
		};
	}
	query->control_count = search->control_count;
}

struct dsa_query *dsa_search(struct dsa *asked, const struct dsa_search *search,
			     const struct dsa_handlers *handlers, void *arg)
{
	struct dsa_query *query = x_new(struct dsa_query);
	struct dsa_query **end = &waiting;

	(void)asked;
	query->handlers = *handlers;
	query->arg = arg;
	query->base = x_strdup(search->base ? search->base : "");
	query->filter = x_strdup(search->filter ? search->filter : "");
	copy_controls(query, search);
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

struct dsa *dsa_new(const struct dsa_options *options,
		    const struct dsa_watch *handlers, void *arg)
{
	(void)options;
	assert(!made);
	made = x_new(struct dsa);
	made->handlers = *handlers;
	made->arg = arg;
	return made;
}

void dsa_free(struct dsa **linkp)
{
	free(*linkp);
	*linkp = made = NULL;
}

bool dsa_is_up(const struct dsa *asked)
{
	return asked->up;
}

void dsa_next(struct dsa *asked, const struct why *why)
{
	(void)why;
	assert(asked == made);
	fake_dsa_down();
}

static void forget_parts(void)
{
	attr_count = control_count = 0;
}

void fake_dsa_reset(void)
{
	while (waiting)
		query_free(waiting);
	chosen = 0;
	forget_parts();
}

void fake_dsa_up(void)
{
	made->up = true;
	made->handlers.up("ldap://test", made->arg);
}

void fake_dsa_down(void)
{
	struct why why;

	made->up = false;
	chosen = 0;
	for (unsigned left = fake_dsa_waiting(); left && waiting; left--)
		fake_dsa_done(-1);
	why_set(&why, ERR_NETWORK, "lost");
	made->handlers.down(&why, made->arg);
}

unsigned fake_dsa_waiting(void)
{
	unsigned count = 0;

	for (const struct dsa_query *query = waiting; query;
	     query = query->next)
		count++;
	return count;
}

void fake_dsa_choose(unsigned number)
{
	chosen = number;
}

const char *fake_dsa_filter(void)
{
	const struct dsa_query *query = chosen_query();

	return query ? query->filter : "";
}

const char *fake_dsa_base(void)
{
	const struct dsa_query *query = chosen_query();

	return query ? query->base : "";
}

struct dsa_bytes fake_dsa_asked(const char *oid)
{
	const struct dsa_query *query = chosen_query();
	const struct dsa_control *control =
		query ? dsa_control_find(query->controls, query->control_count,
					 oid)
		      : NULL;

	return control ? control->value : (struct dsa_bytes){ .data = NULL };
}

void fake_dsa_attr(const char *name, const char *value, size_t len)
{
	assert(attr_count < PARTS_MAX);
	values[attr_count] =
		(struct dsa_bytes){ .data = value,
				    .len = len ? len : strlen(value) };
	attrs[attr_count] = (struct dsa_attr){ .name = name,
					       .values = &values[attr_count],
					       .count = 1 };
	attr_count++;
}

void fake_dsa_control(const char *oid, const char *value, size_t len)
{
	assert(control_count < PARTS_MAX);
	controls[control_count++] =
		(struct dsa_control){ .oid = oid,
				      .value = { .data = value, .len = len } };
}

void fake_dsa_entry(const char *dn)
{
	const struct dsa_query *query = asked_query();
	const struct dsa_entry entry = { .dn = dn,
					 .attrs = attrs,
					 .attr_count = attr_count,
					 .controls = controls,
					 .control_count = control_count };

	forget_parts();
	query->handlers.entry(&entry, query->arg);
}

void fake_dsa_say(const char *oid, const char *value, size_t len)
{
	const struct dsa_query *query = asked_query();
	const struct dsa_bytes bytes = { .data = value, .len = len };

	query->handlers.intermediate(oid, &bytes, query->arg);
}

void fake_dsa_user(const char *uuid, const char *dn, const char *mail)
{
	fake_dsa_attr("entryUUID", uuid, 0);
	fake_dsa_attr("objectClass", "person", 0);
	fake_dsa_attr("mail", mail, 0);
	fake_dsa_entry(dn);
}

void fake_dsa_group(const char *uuid, const char *dn, const char *attr,
		    const char *member)
{
	fake_dsa_attr("entryUUID", uuid, 0);
	fake_dsa_attr("objectClass", "groupOfNames", 0);
	fake_dsa_attr(attr, member, 0);
	fake_dsa_entry(dn);
}

void fake_dsa_done(int code)
{
	struct dsa_query *query = asked_query();
	struct dsa_handlers handlers = query->handlers;
	void *arg = query->arg;
	struct dsa_result result = { .code = code,
				     .controls = controls,
				     .control_count = control_count };

	forget_parts();
	if (code)
		why_set(&result.why, dsa_code_err(code), "code %d", code);
	query_free(query);
	handlers.done(&result, arg);
}
