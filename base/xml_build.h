/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One whole XML document in memory -> its tree (libxml2's SAX2).
 *
 * Names and namespaces are the parser's own interned strings, so two equal
 * ones within a tree are one pointer; texts live in an arena. Made to be used
 * for many documents: the parser and a first piece of arena are kept.
 */
#ifndef BASE_XML_BUILD_H
#define BASE_XML_BUILD_H

#include "base/err.h"
#include "base/xml.h"

struct xml_build;

struct xml_build *xml_build_new(unsigned depth_max);
void xml_build_free(struct xml_build **buildp);

/*
 * Depth, size and counts were judged by xml_scan(). The tree is good until
 * xml_build_forget(). ERR_MALFORMED.
 */
enum err xml_build(struct xml_build *build, const char *data, size_t len,
		   const struct xml_node **rootp, struct why *why);
void xml_build_forget(struct xml_build *build);

#endif
