/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ids as clients see them: base64 of what, which mailbox, which number and,
 * for one of a series, its start by the rule. They stay the same when a
 * mailbox moves to another server. What subscriptions need is in ops.h.
 */
#ifndef TESTS_EXCHANGE_IDS_H
#define TESTS_EXCHANGE_IDS_H

#include "tests/exchange/ops.h"
#include "tests/exchange/recur.h"

/* As long as the real ones: some clients tell ids by their length. */
enum { ID_SIZE = 160 };

const char *id_item_text(char text[ID_SIZE], const struct mailbox *mailbox,
			 uint32_t item, time_t original);

/* <ELEMENT Id="" ChangeKey=""/> of what the occurrence is. */
void id_write_occurrence(struct xml_out *out, const char *element,
			 const struct occurrence *one);

/*
 * Reads an item's id, asks op_access() and finds the item: one->kind is
 * KIND_MASTER for the series itself. NULL or the ResponseCode.
 */
const char *id_open_item(const struct op_call *call,
			 const struct xml_node *node, struct occurrence *one,
			 struct item **itemp);
const char *id_open_folder(const struct op_call *call,
			   const struct xml_node *node, struct object_id *id);

/* The number in a ChangeKey, 0 if it is none. */
uint64_t change_key_number(const char *key);
uint64_t occurrence_change(const struct occurrence *one);

/* The text's length at most; size is that of out. -1 if not base64. */
long base64_decode(const char *text, unsigned char *out, size_t size);
/* Needs 4 * (len + 2) / 3 + 1 bytes. */
const char *base64_encode(char *text, const unsigned char *data, size_t len);

#endif
