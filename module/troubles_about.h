/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The troubleshooter's rows of one user and of the system: what is known is
 * gathered, judged (module/trouble_user.h, module/trouble_system.h) and shown.
 */
#ifndef MODULE_TROUBLES_ABOUT_H
#define MODULE_TROUBLES_ABOUT_H

#include "module/engine.h"

/* The gateway he is read from, "" none; ERR_GONE: nobody knows him. */
enum err troubles_about_gateway(const struct engine *engine, const char *entity,
				char name[DIRECTIVE_TEXT_SIZE],
				struct why *why);

/* Rows and remedies into arrays; the worst of them. */
enum trouble_status troubles_about_user(const struct engine *engine,
					const char *entity, struct json *rows,
					struct json *remedies);
enum trouble_status troubles_about_system(const struct engine *engine,
					  struct json *rows,
					  struct json *remedies);

#endif
