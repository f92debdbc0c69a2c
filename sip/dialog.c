/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crypto.h"
#include "sip/dialog.h"
#include "sip/slab.h"

static const char *keep(char **place, const char *text)
{
	size_t bytes = strlen(text) + 1;
	char *kept = *place;

	memcpy(kept, text, bytes);
	*place += bytes;
	return kept;
}

static void new_tag(char tag[DIALOG_TAG_SIZE])
{
	unsigned char bytes[(DIALOG_TAG_SIZE - 1) / 2];

	crypto_random(bytes, sizeof(bytes));
	crypto_hex(bytes, sizeof(bytes), tag);
}

struct dialog *dialog_new(const struct dialog_seed *seed)
{
	size_t bytes = sizeof(struct dialog) + strlen(seed->call_id) +
		       strlen(seed->local) + strlen(seed->remote) +
		       strlen(seed->remote_tag) + strlen(seed->event) +
		       strlen(seed->routes) + strlen(seed->contact) + 7;
	struct dialog *dialog = slab_new(bytes);
	char *place = (char *)(dialog + 1);

	dialog->call_id = keep(&place, seed->call_id);
	dialog->local = keep(&place, seed->local);
	dialog->remote = keep(&place, seed->remote);
	dialog->remote_tag = keep(&place, seed->remote_tag);
	dialog->event = keep(&place, seed->event);
	dialog->routes = keep(&place, seed->routes);
	dialog->contact = keep(&place, seed->contact);
	dialog->remote_cseq = seed->cseq;
	new_tag(dialog->local_tag);
	dialog_retarget(dialog, seed->target, seed->next_hop, seed->flow,
			seed->share);
	return dialog;
}

void dialog_free(struct dialog **dialogp)
{
	struct dialog *dialog = *dialogp;

	*dialogp = NULL;
	if (!dialog)
		return;

	flow_unwatch(&dialog->flow);
	slab_free(dialog->target);
	slab_free(dialog);
}

void dialog_retarget(struct dialog *dialog, const char *target,
		     const char *next_hop, struct flow *flow,
		     struct udp_share *share)
{
	char *block = slab_new(strlen(target) + strlen(next_hop) + 2);
	char *place = block;

	keep(&place, target);
	dialog->next_hop = keep(&place, next_hop);
	slab_free(dialog->target);
	dialog->target = block;
	flow_watch(&dialog->flow, flow, NULL, NULL);
	dialog->share = share;
}
