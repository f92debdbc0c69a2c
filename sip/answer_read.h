/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The few words of a SIP answer by which it finds its request (RFC 3261,
 * 17.1.3): status, branch of the topmost Via, method of CSeq.
 */
#ifndef SIP_ANSWER_READ_H
#define SIP_ANSWER_READ_H

#include <stdbool.h>
#include <stddef.h>

struct answer {
	int status;         /* 100 to 699 */
	const char *branch; /* in the data, without a NUL */
	size_t branch_len;
	const char *method;
	size_t method_len;
};

/* False: not an answer, or not a whole one. data needs no NUL. */
bool answer_read(struct answer *answer, const char *data, size_t len);

#endif
