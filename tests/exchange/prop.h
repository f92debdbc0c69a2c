/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The properties of a calendar item: each a row in prop.def with the path
 * clients name it by, how it is written and how it is set; and what of them a
 * client asked for (ItemShape). [MS-OXWSCDATA] 2.2.5.17, 2.2.4.
 */
#ifndef TESTS_EXCHANGE_PROP_H
#define TESTS_EXCHANGE_PROP_H

#include "tests/exchange/ids.h"

enum prop_use {
	IN_DEFAULT = 1,
	IN_ALL = 2,
	NOT_IN_FIND = 4, /* GetItem only */
	ON_DEMAND = 0,
};

struct prop_out {
	struct xml_out *xml;
	enum ews_version version;
	bool plain;          /* body as text */
	const char *element; /* of the row at work */
};

struct prop_in {
	const struct mailbox *mailbox;
	const char *zone; /* of times without offset */
	bool append;
};

typedef void prop_write_h(const struct prop_out *out,
			  const struct occurrence *one);
/* node NULL: the property goes away. NULL or the ResponseCode. */
typedef const char *prop_set_h(const struct prop_in *in,
			       struct appointment *what,
			       const struct xml_node *node);

enum prop {
#define PROP(name, uri, element, since, use, write, set) PROP_##name,
#include "tests/exchange/prop.def"
	PROP_COUNT
};

/* prop_write.c, prop_zone.c */
prop_write_h write_mime, write_id, write_parent, write_class, write_subject,
	write_sensitivity, write_body, write_created, write_size,
	write_categories, write_importance, write_false, write_start,
	write_remind, write_remind_min, write_display_cc, write_display_to,
	write_nothing, write_culture, write_rights, write_modifier,
	write_modified, write_text_body, write_uid, write_recurrence_id,
	write_end, write_original, write_all_day, write_show_as, write_location,
	write_meeting, write_cancelled, write_recurring, write_true, write_type,
	write_my_response, write_organizer, write_required, write_optional,
	write_resources, write_zero, write_duration, write_zone_name,
	write_sequence, write_state, write_recurrence, write_first, write_last,
	write_exceptions, write_deleted, write_start_zone, write_end_zone,
	write_start_zone_id, write_end_zone_id, write_is_organizer;
/* prop_set.c, prop_zone.c */
prop_set_h set_mime, set_never, set_ignored, set_subject, set_sensitivity,
	set_body, set_categories, set_importance, set_remind, set_remind_min,
	set_uid, set_start, set_end, set_all_day, set_show_as, set_location,
	set_required, set_optional, set_resources, set_recurrence,
	set_meeting_zone, set_start_zone, set_end_zone, set_start_zone_id,
	set_end_zone_id;

/* Of "calendar:Start"; PROP_COUNT if there is none. */
enum prop prop_find(const char *uri);
/* Of the element <Start>. */
enum prop prop_find_element(const char *element);
const char *prop_set(const struct prop_in *in, enum prop prop,
		     struct appointment *what, const struct xml_node *node);

enum { SHAPE_EXTRAS_MAX = 64 };

struct shape {
	bool wanted[PROP_COUNT];
	bool plain;
	const struct xml_node *extras[SHAPE_EXTRAS_MAX]; /* ExtendedFieldURI */
	size_t extra_count;
};

/* shape: the ItemShape element or NULL. */
void shape_read(struct shape *shape, const struct xml_node *node, bool find,
		enum ews_version version);
/* <t:CalendarItem> (by folder, t:Message ...) */
void shape_write(const struct shape *shape, const struct op_call *call,
		 const struct occurrence *one);

/* One alone, into what is open. */
void prop_write(enum prop prop, const struct shape *shape,
		const struct op_call *call, const struct occurrence *one);
/* "Start" */
const char *prop_element(enum prop prop);

/* Extended properties: the canonical key of an ExtendedFieldURI. */
enum { EXTRA_KEY_SIZE = 256 };
const char *extra_key(const struct xml_node *uri, char key[EXTRA_KEY_SIZE]);
/* node: t:ExtendedProperty, or NULL to take it away. */
void extra_set(struct appointment *what, const struct xml_node *uri,
	       const struct xml_node *property);
/* Value as text, of the client's own or of one we compute; false if unset. */
bool extra_value(const struct xml_node *uri, const struct occurrence *one,
		 struct buf *value);

#endif
