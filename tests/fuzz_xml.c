/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first byte says how long the chunks are. Whatever comes, cutting must
 * not matter, and what was read can be written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_node(struct xml_out *out, const struct xml_node *node)
{
	xml_start(out, "e");
	xml_attribute(out, "name", node->name);
	xml_attribute(out, "ns", node->ns);
	for (const struct xml_attr *attr = node->attrs; attr; attr = attr->next)
		xml_leaf(out, "a", attr->value);
	xml_text(out, node->text);
	for (node = node->child; node; node = node->next)
		write_node(out, node);
	xml_end(out);
}

static void on_document(const struct xml_node *root, void *arg)
{
	struct xml_out *out = xml_out_new();

	write_node(out, root);
	xml_out_finish(&out, arg);
}

static void on_own_document(const struct xml_node *root, void *arg)
{
	(void)root;
	(*(unsigned *)arg)++;
}

static enum err read_in_chunks(const char *data, size_t size, size_t chunk,
			       struct buf *out)
{
	struct xml_in *in = xml_in_new(NULL, on_document, out);
	enum err err = ERR_OK;

	for (size_t at = 0; at < size && !err; at += chunk)
		err = xml_in_push(in, data + at,
				  size - at < chunk ? size - at : chunk, NULL);
	xml_in_free(&in);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF(16 << 20);
	struct buf parts = BUF(16 << 20);
	const char *text = (const char *)data + 1;
	unsigned documents = 0;

	if (size < 1)
		return 0;

	if (read_in_chunks(text, size - 1, size, &whole) !=
	    read_in_chunks(text, size - 1, 1 + data[0] % 64U, &parts))
		abort();
	if (strcmp(buf_text(&whole), buf_text(&parts)) != 0)
		abort();

	if (whole.len > 0 && !buf_full(&whole)) {
		struct xml_limits limits = { .depth = 100, .nodes = 1000000 };
		struct xml_in *in =
			xml_in_new(&limits, on_own_document, &documents);

		if (xml_in_push(in, whole.data, whole.len, NULL) ||
		    documents == 0)
			abort();
		xml_in_free(&in);
	}

	buf_free(&whole);
	buf_free(&parts);
	return 0;
}
