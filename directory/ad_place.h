/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a domain controller's updates were followed up to: a sequence number
 * (highestCommittedUSN) of one instance of its database, whose invocationId is
 * another once it was restored ([MS-ADTS] 3.1.1.1.9). A controller that was
 * set back without that, as a snapshot does, has lower numbers than a cookie
 * of before, and would keep silent until it has caught up.
 */
#ifndef DIRECTORY_AD_PLACE_H
#define DIRECTORY_AD_PLACE_H

#include "directory/way.h"

/* From the loop, once it is known which instance answers. */
typedef void ad_place_h(void *arg);

struct ad_place {
	const struct way_env *env;
	char name[DIRECTIVE_TEXT_SIZE + 8]; /* of what is kept */
	char instance[PERSON_ID_SIZE];      /* "": may not be read */
	struct dsa_query *query;
	ad_place_h *known;
	void *arg;
};

void ad_place_start(struct ad_place *place, const struct way_env *env,
		    ad_place_h *known, void *arg);
void ad_place_stop(struct ad_place *place);

void ad_place_keep(struct ad_place *place, uint64_t usn);
void ad_place_forget(struct ad_place *place);

/* Whether the cookie is worth nothing where it stands at usn; says why. */
bool ad_place_is_another(const struct ad_place *place, uint64_t usn,
			 struct why *why);

#endif
