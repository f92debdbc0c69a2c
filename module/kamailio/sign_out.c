/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Contacts of users who may no longer be signed in go from usrloc. */
#include "module/kamailio/adapter.h"

#include <string.h>

#include "core/dprint.h"
#include "core/sr_module.h"
#include "modules/usrloc/usrloc.h"

static usrloc_api_t usrloc;
static udomain_t *domain; /* NULL: usrloc is not loaded */

int sign_out_bind(const char *name)
{
	bind_usrloc_t bind = (bind_usrloc_t)find_export("ul_bind_usrloc", 1, 0);

	if (!bind)
		return 0;
	if (bind(&usrloc) < 0)
		return -1;
	return usrloc.register_udomain(name, &domain) < 0 ? -1 : 0;
}

void sign_out(const char *entity)
{
	char text[ADAPTER_NAME_MAX + 1];
	str aor = { .s = text };
	urecord_t *record;
	char *at;

	if (!domain || strlen(entity) > ADAPTER_NAME_MAX)
		return;

	strcpy(text, entity + strlen("sip:"));
	at = strchr(text, '@');
	if (at && !usrloc.use_domain)
		*at = '\0';
	aor.len = (int)strlen(text);
	usrloc.lock_udomain(domain, &aor);
	if (usrloc.get_urecord(domain, &aor, &record) == 0)
		usrloc.delete_urecord(domain, &aor, record);
	usrloc.unlock_udomain(domain, &aor);
	LM_INFO("signed out user=%s\n", entity);
}
