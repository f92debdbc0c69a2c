/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for secrets and for the libraries that copy them about: no core dump
 * has it (MADV_DONTDUMP, madvise(2)), and it is wiped when it is given back.
 * For any thread. Under AddressSanitizer it is the usual memory, wiped, so
 * that mistakes are found.
 */
#ifndef BASE_VAULT_H
#define BASE_VAULT_H

#include <stdbool.h>
#include <stddef.h>

/* As malloc() and kin, NULL when there is no more. */
void *vault_alloc(size_t size);
void *vault_zalloc(size_t count, size_t size);
void *vault_realloc(void *old, size_t size);
char *vault_strdup(const char *text);
void vault_free(void *data);

/* Whether it is from here. */
bool vault_has(const void *data);

#endif
