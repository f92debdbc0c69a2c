/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of module/overlay share. */
#ifndef MODULE_OVERLAY_PRIVATE_H
#define MODULE_OVERLAY_PRIVATE_H

#include "module/overlay.h"

enum overlay_kind { OVERLAY_ADDED, OVERLAY_CHANGED, OVERLAY_REMOVED };

/* What is laid over one gateway. */
struct cover {
	enum overlay_kind kind;
	struct gateway_settings fields;
	bool *given; /* one for each row of gateway_table */
};

struct overlay {
	char *path; /* NULL: nowhere */
	struct cover *covers;
	size_t count;
	char **deeds; /* lines, oldest first */
	size_t deed_count;
};

struct cover *overlay_find(const struct overlay *overlay, const char *name);
struct cover *overlay_put(struct overlay *overlay, const char *name,
			  enum overlay_kind kind);
void overlay_drop(struct overlay *overlay, struct cover *cover);
/* What the cover gives goes over what is there. */
void overlay_lay(const struct cover *cover, struct gateway_settings *settings);
void overlay_remember(struct overlay *overlay, const char *line);

/* overlay_file.c: pure but for the log. */
enum err overlay_read(struct overlay *overlay, char *text, struct why *why);
void overlay_write(const struct overlay *overlay, struct buf *out);
void overlay_deed_line(const struct overlay_deed *deed, struct buf *out);

#endif
