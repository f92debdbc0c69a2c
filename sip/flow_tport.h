/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Flows made of the stack's connections; for agent and notify_out only. */
#ifndef SIP_FLOW_TPORT_H
#define SIP_FLOW_TPORT_H

#include <sofia-sip/tport.h>

#include "sip/flow.h"

/* NULL for datagrams. Good until the next round of the loop unless watched. */
struct flow *flow_of(tport_t *tport);
tport_t *flow_tport(const struct flow *flow);

/* Handlers no longer run; what still watches is cut off. */
void flow_forget_all(void);

#endif
