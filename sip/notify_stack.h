/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A NOTIFY as a message of the stack, for the few that need its transactions:
 * those for which a name has to be looked up or a connection to be made.
 */
#ifndef SIP_NOTIFY_STACK_H
#define SIP_NOTIFY_STACK_H

#include <sofia-sip/nta.h>

#include "sip/notify_out.h"

/* NULL: the dialog's texts make no message. Takes the next CSeq. */
msg_t *notify_stack_request(nta_agent_t *agent,
			    const struct notify_request *notify);

#endif
