/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TLS receives is in the clear in OpenSSL's memory, which no core has. */
#ifndef BASE_TLS_MEMORY_H
#define BASE_TLS_MEMORY_H

#include <stdbool.h>

/* OpenSSL's memory is base/vault's from here on. False: it is in use already. */
bool tls_memory_secret(void);

#endif
