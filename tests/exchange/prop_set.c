/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/ical.h"
#include "tests/exchange/prop.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/when.h"

const char *set_never(const struct prop_in *in, struct appointment *what,
		      const struct xml_node *node)
{
	(void)in;
	(void)what;
	(void)node;
	return "ErrorInvalidPropertySet";
}

const char *set_ignored(const struct prop_in *in, struct appointment *what,
			const struct xml_node *node)
{
	(void)in;
	(void)what;
	(void)node;
	return NULL;
}

static const char *set_text(char **slot, const struct xml_node *node)
{
	text_set(slot, node ? node->text : NULL);
	return NULL;
}

const char *set_mime(const struct prop_in *in, struct appointment *what,
		     const struct xml_node *node)
{
	size_t size = node ? strlen(node->text) : 0;
	char *text = x_zalloc(size + 1);
	const char *code = NULL;

	if (base64_decode(node ? node->text : "", (unsigned char *)text,
			  size) <= 0 ||
	    !ical_read(text, in->zone, what))
		code = "ErrorMimeContentInvalid";
	free(text);
	return code;
}

const char *set_subject(const struct prop_in *in, struct appointment *what,
			const struct xml_node *node)
{
	(void)in;
	return set_text(&what->subject, node);
}

const char *set_location(const struct prop_in *in, struct appointment *what,
			 const struct xml_node *node)
{
	(void)in;
	return set_text(&what->location, node);
}

const char *set_uid(const struct prop_in *in, struct appointment *what,
		    const struct xml_node *node)
{
	(void)in;
	return set_text(&what->uid, node);
}

const char *set_sensitivity(const struct prop_in *in, struct appointment *what,
			    const struct xml_node *node)
{
	enum sensitivity found =
		node ? sensitivity_find(node->text) : SENSITIVITY_NORMAL;

	(void)in;
	if (found == SENSITIVITY_COUNT)
		return "ErrorInvalidPropertySet";
	what->sensitivity = found;
	return NULL;
}

const char *set_body(const struct prop_in *in, struct appointment *what,
		     const struct xml_node *node)
{
	const char *type = node ? xml_attr(node, "BodyType") : NULL;
	struct buf joined = BUF(1 << 20);

	if (in->append && what->body)
		buf_print(&joined, "%s", what->body);
	buf_print(&joined, "%s", node ? node->text : "");
	text_set(&what->body, buf_text(&joined));
	what->body_html = type && strcmp(type, "HTML") == 0;
	buf_free(&joined);
	return NULL;
}

const char *set_categories(const struct prop_in *in, struct appointment *what,
			   const struct xml_node *node)
{
	const struct xml_node *one = node ? node->child : NULL;
	struct buf joined = BUF(4096);

	(void)in;
	for (; one; one = one->next)
		buf_print(&joined, "%s%s", joined.len ? "\037" : "", one->text);
	text_set(&what->categories, buf_text(&joined));
	buf_free(&joined);
	return NULL;
}

const char *set_importance(const struct prop_in *in, struct appointment *what,
			   const struct xml_node *node)
{
	(void)in;
	what->importance = !node || *node->text == 'N' ? 1
			   : *node->text == 'H'        ? 2
						       : 0;
	return NULL;
}

const char *set_remind(const struct prop_in *in, struct appointment *what,
		       const struct xml_node *node)
{
	(void)in;
	what->reminder = node && bool_read(node->text);
	return NULL;
}

const char *set_remind_min(const struct prop_in *in, struct appointment *what,
			   const struct xml_node *node)
{
	(void)in;
	what->reminder_minutes = node ? atoi(node->text) : 0;
	return NULL;
}

static const char *set_when(const struct prop_in *in, time_t *moment,
			    const struct xml_node *node)
{
	if (node && when_read(node->text, in->zone, moment))
		return NULL;
	return node ? "ErrorInvalidPropertySet" : "ErrorInvalidPropertyDelete";
}

const char *set_start(const struct prop_in *in, struct appointment *what,
		      const struct xml_node *node)
{
	return set_when(in, &what->start, node);
}

const char *set_end(const struct prop_in *in, struct appointment *what,
		    const struct xml_node *node)
{
	return set_when(in, &what->end, node);
}

const char *set_all_day(const struct prop_in *in, struct appointment *what,
			const struct xml_node *node)
{
	(void)in;
	what->all_day = node && bool_read(node->text);
	return NULL;
}

const char *set_show_as(const struct prop_in *in, struct appointment *what,
			const struct xml_node *node)
{
	enum show_as found = node ? show_as_find(node->text) : SHOW_AS_BUSY;

	(void)in;
	if (found == SHOW_AS_COUNT)
		return "ErrorInvalidPropertySet";
	what->show_as = found;
	return NULL;
}

static void drop_role(struct appointment *what, enum role role)
{
	struct attendee **place = &what->attendees;

	while (*place) {
		struct attendee *gone = *place;

		if (gone->role != role) {
			place = &gone->next;
			continue;
		}
		*place = gone->next;
		gone->next = NULL;
		attendees_free(&gone);
	}
}

static void add_attendee(struct appointment *what, enum role role,
			 const struct xml_node *node)
{
	const char *response = xml_path_text(node, "ResponseType");
	struct attendee **place = &what->attendees;
	struct attendee *made = x_new(struct attendee);

	while (*place)
		place = &(*place)->next;
	*place = made;
	text_set(&made->address, xml_path_text(node, "Mailbox/EmailAddress"));
	text_set(&made->name, xml_path_text(node, "Mailbox/Name"));
	made->role = role;
	made->response = response_find(response);
	if (made->response == RESPONSE_COUNT)
		made->response = RESPONSE_UNKNOWN;
}

static const char *set_role(const struct prop_in *in, struct appointment *what,
			    const struct xml_node *node, enum role role)
{
	const struct xml_node *one =
		node ? xml_child(node, NULL, "Attendee") : NULL;

	if (!in->append)
		drop_role(what, role);
	for (; one; one = xml_again(one))
		if (*xml_path_text(one, "Mailbox/EmailAddress"))
			add_attendee(what, role, one);
	what->meeting = what->attendees != NULL;
	return NULL;
}

const char *set_required(const struct prop_in *in, struct appointment *what,
			 const struct xml_node *node)
{
	return set_role(in, what, node, ROLE_REQUIRED);
}

const char *set_optional(const struct prop_in *in, struct appointment *what,
			 const struct xml_node *node)
{
	return set_role(in, what, node, ROLE_OPTIONAL);
}

const char *set_resources(const struct prop_in *in, struct appointment *what,
			  const struct xml_node *node)
{
	return set_role(in, what, node, ROLE_RESOURCE);
}

const char *set_recurrence(const struct prop_in *in, struct appointment *what,
			   const struct xml_node *node)
{
	(void)in;
	what->recurrence = (struct recurrence){ .pattern = PATTERN_NONE };
	if (node && !rule_read(node, &what->recurrence))
		return "ErrorCalendarInvalidRecurrence";
	return NULL;
}
