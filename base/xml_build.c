/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/xml_build.h"

enum {
	FIRST_BYTES = 2 << 10, /* kept between documents */
	BLOCK_BYTES = 32 << 10,
	NAMES_MAX = 2000, /* interned names before we begin with a new parser */
	OPTIONS = XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC |
		  XML_PARSE_HUGE,
};

struct block {
	struct block *next; /* older */
	size_t used;
	size_t size;
	max_align_t data[];
};

/* An element whose end has not come yet. */
struct level {
	struct xml_node *node;
	struct xml_node *last; /* child */
	char *text;            /* node->text, or NULL */
	size_t len;
	size_t size;
};

struct xml_build {
	xmlParserCtxt *parser;
	struct block *block;
	struct xml_node *root;
	unsigned depth;
	unsigned depth_max;
	struct why why; /* the first thing the parser did not like */
	struct level levels[];
};

static const char none[] = "";

static const char *text_of(const xmlChar *text)
{
	return text ? (const char *)text : none;
}

static void block_add(struct xml_build *build, size_t size)
{
	struct block *block = x_or_die(malloc(sizeof(*block) + size));

	block->next = build->block;
	block->used = 0;
	block->size = size;
	build->block = block;
}

static void *take(struct xml_build *build, size_t size, size_t align)
{
	struct block *block = build->block;
	size_t at = (block->used + align - 1) & ~(align - 1);

	if (at > block->size || size > block->size - at) {
		block_add(build, size > BLOCK_BYTES ? size : BLOCK_BYTES);
		block = build->block;
		at = 0;
	}

	block->used = at + size;
	return (char *)block->data + at;
}

#define TAKE(build, type) ((type *)take(build, sizeof(type), _Alignof(type)))

static void stop(struct xml_build *build, const char *text)
{
	if (!build->why.err)
		why_set(&build->why, ERR_MALFORMED, "XML: %s", text);
	xmlStopParser(build->parser);
}

/* attributes: five pointers each: name, prefix, URI, value, its end. */
static const struct xml_attr *read_attributes(struct xml_build *build,
					      int count,
					      const xmlChar **attributes)
{
	const struct xml_attr *first = NULL;

	while (count-- > 0) {
		const xmlChar **a = attributes + (ptrdiff_t)5 * count;
		struct xml_attr *attr = TAKE(build, struct xml_attr);
		size_t len = (size_t)(a[4] - a[3]);
		char *value = take(build, len + 1, 1);

		memcpy(value, a[3], len);
		value[len] = '\0';
		attr->name = text_of(a[0]);
		attr->value = value;
		attr->next = first;
		first = attr;
	}

	return first;
}

static void add_node(struct xml_build *build, struct xml_node *node)
{
	struct level *parent;

	if (build->depth == 0) {
		build->root = node;
		return;
	}

	parent = &build->levels[build->depth - 1];
	if (parent->last)
		parent->last->next = node;
	else
		parent->node->child = node;
	parent->last = node;
}

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
		     const xmlChar *uri, int ns_count, const xmlChar **ns,
		     int attr_count, int defaulted, const xmlChar **attributes)
{
	struct xml_build *build = arg;
	struct xml_node *node;

	(void)prefix;
	(void)ns_count;
	(void)ns;
	(void)defaulted;

	if (build->depth == build->depth_max) {
		stop(build, "too deep");
		return;
	}

	node = TAKE(build, struct xml_node);
	node->ns = text_of(uri);
	node->name = text_of(name);
	node->text = none;
	node->attrs = read_attributes(build, attr_count, attributes);
	node->child = NULL;
	node->next = NULL;

	add_node(build, node);
	build->levels[build->depth++] = (struct level){ .node = node };
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix,
		   const xmlChar *uri)
{
	struct xml_build *build = arg;

	(void)name;
	(void)prefix;
	(void)uri;

	if (build->depth > 0)
		build->depth--;
}

static void on_text(void *arg, const xmlChar *text, int len)
{
	struct xml_build *build = arg;
	struct level *level;
	size_t more = (size_t)len;

	if (build->depth == 0 || len <= 0)
		return;

	level = &build->levels[build->depth - 1];
	if (level->len + more >= level->size) {
		size_t size = level->len + more + 1;
		char *grown;

		/* Most texts come in one piece: room to grow from the second. */
		size = level->text ? 2 * size : size;
		grown = take(build, size, 1);
		if (level->text)
			memcpy(grown, level->text, level->len);
		level->text = grown;
		level->node->text = grown;
		level->size = size;
	}

	memcpy(level->text + level->len, text, more);
	level->len += more;
	level->text[level->len] = '\0';
}

static void on_dtd(void *arg, const xmlChar *name, const xmlChar *id,
		   const xmlChar *system)
{
	(void)name;
	(void)id;
	(void)system;
	stop(arg, "document type declarations are refused");
}

static void on_pi(void *arg, const xmlChar *target, const xmlChar *data)
{
	(void)target;
	(void)data;
	stop(arg, "processing instructions are refused");
}

static void on_error(void *arg, xmlErrorPtr error)
{
	struct xml_build *build = arg;
	size_t len;

	if (build->why.err || error->level < XML_ERR_ERROR)
		return;

	len = error->message ? strcspn(error->message, "\r\n") : 0;
	why_set(&build->why, ERR_MALFORMED, "XML, line %d: %.*s", error->line,
		len > 120 ? 120 : (int)len, text_of((xmlChar *)error->message));
}

static void parser_new(struct xml_build *build)
{
	static const xmlSAXHandler handlers = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_dtd,
		.processingInstruction = on_pi,
		.serror = on_error,
	};

	build->parser = x_or_die(xmlNewParserCtxt());
	*build->parser->sax = handlers;
	build->parser->userData = build;
}

struct xml_build *xml_build_new(unsigned depth_max)
{
	struct xml_build *build =
		x_zalloc(sizeof(*build) + depth_max * sizeof(build->levels[0]));

	build->depth_max = depth_max;
	block_add(build, FIRST_BYTES);
	parser_new(build);
	return build;
}

void xml_build_free(struct xml_build **buildp)
{
	struct xml_build *build = *buildp;

	if (!build)
		return;

	xml_build_forget(build);
	free(build->block);
	xmlFreeParserCtxt(build->parser);
	free(build);
	*buildp = NULL;
}

enum err xml_build(struct xml_build *build, const char *data, size_t len,
		   const struct xml_node **rootp, struct why *why)
{
	xmlParserCtxt *parser = build->parser;

	build->root = NULL;
	build->depth = 0;
	build->why.err = ERR_OK;

	if (len > INT_MAX)
		return why_set(why, ERR_TOO_LARGE, "XML document too long");

	xmlCtxtReadMemory(parser, data, (int)len, NULL, NULL, OPTIONS);
	if (parser->wellFormed && parser->nsWellFormed && !build->why.err) {
		*rootp = build->root;
		return ERR_OK;
	}

	if (!build->why.err)
		stop(build, "not well formed");
	if (why)
		*why = build->why;
	return ERR_MALFORMED;
}

void xml_build_forget(struct xml_build *build)
{
	while (build->block->next) {
		struct block *next = build->block->next;

		free(build->block);
		build->block = next;
	}
	build->block->used = 0;
	build->root = NULL;

	if (xmlDictSize(build->parser->dict) > NAMES_MAX) {
		xmlFreeParserCtxt(build->parser);
		parser_new(build);
	}
}
