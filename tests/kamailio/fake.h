/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What module/kamailio/table.c and its header take from Kamailio, made of
 * plain C, so that they can be tested without a server around them. Shared
 * memory is what the test maps; it may run out.
 */
#ifndef TESTS_KAMAILIO_FAKE_H
#define TESTS_KAMAILIO_FAKE_H

#include <stddef.h>

typedef struct {
	char *s;
	int len;
} str;

typedef struct {
	const char *name;
} rpc_export_t;

struct sip_msg;

typedef int gen_lock_t;

gen_lock_t *lock_init(gen_lock_t *lock);
void lock_get(gen_lock_t *lock);
void lock_release(gen_lock_t *lock);

void *shm_malloc(size_t bytes);
void shm_free(void *memory);
extern unsigned shm_complaints;

#define SHM_MEM_ERROR (shm_complaints++)

#endif
