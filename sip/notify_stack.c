/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>

#include "sip/notify_stack.h"

msg_t *notify_stack_request(nta_agent_t *agent,
			    const struct notify_request *notify)
{
	struct dialog *dialog = notify->dialog;
	msg_t *msg = nta_msg_create(agent, 0);
	su_home_t *home = msg_home(msg);
	sip_t *sip = sip_object(msg);
	char from[DIALOG_BYTES_MAX], cseq[32];
	sip_request_t *line;
	sip_payload_t *body;

	snprintf(from, sizeof(from), "%s;tag=%s", dialog->local,
		 dialog->local_tag);
	snprintf(cseq, sizeof(cseq), "%u NOTIFY", ++dialog->local_cseq);
	line = sip_request_create(home, SIP_METHOD_NOTIFY,
				  (void const *)dialog->target, NULL);
	body = sip_payload_create(home, notify->body,
				  (issize_t)notify->body_bytes);
	if (!line || !body ||
	    msg_header_insert(msg, (msg_pub_t *)sip, (msg_header_t *)line) <
		    0 ||
	    sip_add_tl(msg, sip, SIPTAG_FROM_STR(from),
		       SIPTAG_TO_STR(dialog->remote),
		       SIPTAG_CALL_ID_STR(dialog->call_id),
		       SIPTAG_CSEQ_STR(cseq),
		       TAG_IF(*dialog->routes,
			      SIPTAG_ROUTE_STR(dialog->routes)),
		       SIPTAG_CONTACT_STR(dialog->contact),
		       SIPTAG_EVENT_STR(dialog->event),
		       SIPTAG_SUBSCRIPTION_STATE_STR(notify->state),
		       SIPTAG_CONTENT_TYPE_STR(notify->content_type),
		       TAG_END()) < 0) {
		msg_destroy(msg);
		return NULL;
	}

	msg_header_insert(msg, (msg_pub_t *)sip, (msg_header_t *)body);
	return msg;
}
