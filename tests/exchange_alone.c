/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the simulator's store asks of its serving half, for tests without. */
#include "tests/exchange/ops.h"

const char ews_types[] =
	"http://schemas.microsoft.com/exchange/services/2006/types";

const char *op_access(const struct op_call *call, const struct mailbox *mailbox,
		      bool owner_only)
{
	(void)call;
	(void)mailbox;
	(void)owner_only;
	return NULL;
}
