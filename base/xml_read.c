/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/xml.h"
#include "base/xml_build.h"
#include "base/xml_scan.h"

enum { HELD_BYTES_KEPT = 64 << 10 };

struct xml_in {
	struct xml_limits limits;
	xml_document_h *handler;
	void *arg;
	struct xml_scan scan;
	struct xml_build *build;
	struct buf held; /* the document's beginning, from earlier chunks */
	struct why why;  /* the error that ended it all */
	bool pushing;
	bool freed; /* by the handler */
};

const struct xml_limits xml_limits_default = {
	.bytes = 8 << 20,
	.depth = 40,
	.nodes = 200000,
	.attributes = 64,
};

static struct xml_limits limits_or_default(const struct xml_limits *asked)
{
	struct xml_limits limits = asked ? *asked : xml_limits_default;

	if (!limits.bytes)
		limits.bytes = xml_limits_default.bytes;
	if (!limits.depth)
		limits.depth = xml_limits_default.depth;
	if (!limits.nodes)
		limits.nodes = xml_limits_default.nodes;
	if (!limits.attributes)
		limits.attributes = xml_limits_default.attributes;
	return limits;
}

/* What was seen in this chunk and what is held make the document. */
static void hold(struct xml_in *in, const char *end, size_t taken)
{
	if (in->scan.bytes > taken) {
		buf_add(&in->held, end - taken, taken);
		return;
	}

	in->held.len = 0;
	buf_add(&in->held, end - in->scan.bytes, in->scan.bytes);
}

static void let_go(struct xml_in *in)
{
	in->held.len = 0;
	if (in->held.size > HELD_BYTES_KEPT)
		buf_free(&in->held);
}

/* The document ends at end; a whole one is read where it lies. */
static enum err deliver(struct xml_in *in, const char *end, size_t taken)
{
	const struct xml_node *root = NULL;
	const char *data = end - in->scan.bytes;
	enum err err;

	if (in->scan.bytes > taken) {
		hold(in, end, taken);
		data = buf_text(&in->held);
	}

	err = xml_build(in->build, data, in->scan.bytes, &root, &in->why);
	let_go(in);
	if (!err)
		in->handler(root, in->arg);

	xml_build_forget(in->build);
	return err;
}

static enum err push(struct xml_in *in, const char *data, size_t len)
{
	while (len > 0 && !in->freed) {
		size_t taken = 0;
		enum err err = xml_scan(&in->scan, &in->limits, data, len,
					&taken, &in->why);

		data += taken;
		len -= taken;
		if (!err && in->scan.ended)
			err = deliver(in, data, taken);
		else if (!err)
			hold(in, data, taken);
		if (err)
			return err;
	}

	return ERR_OK;
}

struct xml_in *xml_in_new(const struct xml_limits *limits, xml_document_h *h,
			  void *arg)
{
	struct xml_in *in = x_new(struct xml_in);

	in->limits = limits_or_default(limits);
	in->handler = h;
	in->arg = arg;
	in->build = xml_build_new(in->limits.depth);
	in->held = BUF(in->limits.bytes);
	return in;
}

static void destroy(struct xml_in *in)
{
	xml_build_free(&in->build);
	buf_free(&in->held);
	free(in);
}

void xml_in_free(struct xml_in **inp)
{
	struct xml_in *in = *inp;

	*inp = NULL;
	if (!in)
		return;

	if (in->pushing)
		in->freed = true;
	else
		destroy(in);
}

enum err xml_in_push(struct xml_in *in, const char *data, size_t len,
		     struct why *why)
{
	enum err err;

	assert(!in->pushing);

	if (!in->why.err) {
		in->pushing = true;
		push(in, data, len);
		in->pushing = false;
	}

	err = in->why.err;
	if (err && why)
		*why = in->why;
	if (err)
		let_go(in);
	if (in->freed)
		destroy(in);
	return err;
}

bool xml_in_open(const struct xml_in *in)
{
	return in->scan.bytes > 0 && !in->scan.ended;
}

/* Finds the one document; what is not white space behind it is an error. */
static enum err find_one(const struct xml_limits *limits, const char *data,
			 size_t len, const char **docp, size_t *doc_lenp,
			 struct why *why)
{
	struct xml_scan scan = { .bytes = 0 };
	size_t taken = 0;
	size_t rest = 0;
	enum err err = xml_scan(&scan, limits, data, len, &taken, why);

	if (err)
		return err;
	if (!scan.ended)
		return why_set(why, ERR_MALFORMED,
			       scan.bytes > 0
				       ? "XML: document ends in the middle"
				       : "XML: no document");

	*docp = data + taken - scan.bytes;
	*doc_lenp = scan.bytes;

	err = xml_scan(&scan, limits, data + taken, len - taken, &rest, why);
	if (!err && scan.bytes > 0 && taken < len)
		err = why_set(why, ERR_MALFORMED,
			      "XML: more behind the document's end");
	return err;
}

enum err xml_read(const char *data, size_t len,
		  const struct xml_limits *limits_asked, xml_document_h *h,
		  void *arg, struct why *why)
{
	struct xml_limits limits = limits_or_default(limits_asked);
	const struct xml_node *root = NULL;
	struct xml_build *build;
	const char *doc = NULL;
	size_t doc_len = 0;
	enum err err = find_one(&limits, data, len, &doc, &doc_len, why);

	if (err)
		return err;

	build = xml_build_new(limits.depth);
	err = xml_build(build, doc, doc_len, &root, why);
	if (!err)
		h(root, arg);

	xml_build_free(&build);
	return err;
}
