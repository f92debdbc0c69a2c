/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing XML: names are ours, values are anybody's and get escaped.
 *
 * Reading XML: bytes are pushed in as they come; each time a document's root
 * element ends, the whole document is handed over as a tree of plain values.
 * One reader takes any number of documents after each other, with or without
 * an XML declaration, however they are cut into chunks (EWS streams,
 * [MS-OXWSNTIF] 3.1.4.3). Size, depth and count are bounded; DTDs, processing
 * instructions and entities other than the five of XML are refused. Whatever
 * encoding a document claims, it is read as UTF-8.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/buf.h"
#include "base/err.h"

struct xml_out;

struct xml_out *xml_out_new(void);
/* Without the XML declaration. */
struct xml_out *xml_out_new_bare(void);
void xml_start(struct xml_out *xml, const char *name);
void xml_attribute(struct xml_out *xml, const char *name, const char *value);
/* Characters that XML 1.0 cannot carry and broken UTF-8 become U+FFFD. */
void xml_text(struct xml_out *xml, const char *text);
void xml_end(struct xml_out *xml);
/* <name>text</name> */
void xml_leaf(struct xml_out *xml, const char *name, const char *text);
void xml_leaf_number(struct xml_out *xml, const char *name, long long number);

/* Ends what is still open, appends the document to out and frees xml. */
void xml_out_finish(struct xml_out **xmlp, struct buf *out);

struct xml_attr {
	const char *name; /* local name */
	const char *value;
	const struct xml_attr *next;
};

/*
 * All texts are UTF-8 and live as long as the document. Equal names, and equal
 * namespaces, are one pointer within a document.
 */
struct xml_node {
	const char *ns;   /* namespace URI, "" if none */
	const char *name; /* local name */
	const char
		*text; /* character data of this element joined; "" if none */
	const struct xml_attr *attrs;
	const struct xml_node *child; /* first */
	const struct xml_node *next;  /* sibling */
};

/* 0: the default. */
struct xml_limits {
	size_t bytes; /* of one document */
	unsigned depth;
	unsigned nodes;
	unsigned attributes; /* of one element, namespaces included */
};

/* 8 MiB, 40 levels, 200,000 elements, 64 attributes. */
extern const struct xml_limits xml_limits_default;

/* The tree is good until the handler returns. May free the reader. */
typedef void xml_document_h(const struct xml_node *root, void *arg);

struct xml_in;

/* limits: NULL for the default. */
struct xml_in *xml_in_new(const struct xml_limits *limits, xml_document_h *h,
			  void *arg);
void xml_in_free(struct xml_in **inp);

/* After an error the reader takes nothing more. ERR_MALFORMED, ERR_TOO_LARGE. */
enum err xml_in_push(struct xml_in *in, const char *data, size_t len,
		     struct why *why);

/* A document was begun and not ended. */
bool xml_in_open(const struct xml_in *in);

/* Exactly one document. */
enum err xml_read(const char *data, size_t len, const struct xml_limits *limits,
		  xml_document_h *h, void *arg, struct why *why);

/* First child with that local name (and namespace, unless NULL), or NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *ns,
				 const char *name);
/* Next sibling of the same name and namespace, or NULL. */
const struct xml_node *xml_again(const struct xml_node *node);
/* Follows local names "Body/Fault/detail", any namespace; NULL if not there. */
const struct xml_node *xml_path(const struct xml_node *node, const char *path);
/* Text of the child at path, "" if not there. */
const char *xml_path_text(const struct xml_node *node, const char *path);
/* NULL if absent. */
const char *xml_attr(const struct xml_node *node, const char *name);

#endif
