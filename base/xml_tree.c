/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/xml.h"

/* Equal names of one tree are one pointer; a caller's text may be another. */
static bool same(const char *a, const char *b)
{
	return a == b || strcmp(a, b) == 0;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *ns,
				 const char *name)
{
	const struct xml_node *child = node->child;

	while (child &&
	       !(same(child->name, name) && (!ns || same(child->ns, ns))))
		child = child->next;
	return child;
}

const struct xml_node *xml_again(const struct xml_node *node)
{
	const struct xml_node *next = node->next;

	while (next && (next->name != node->name || next->ns != node->ns))
		next = next->next;
	return next;
}

static const struct xml_node *child_of_length(const struct xml_node *node,
					      const char *name, size_t len)
{
	const struct xml_node *child = node->child;

	while (child && (strncmp(child->name, name, len) != 0 ||
			 child->name[len] != '\0'))
		child = child->next;
	return child;
}

const struct xml_node *xml_path(const struct xml_node *node, const char *path)
{
	while (node && *path) {
		size_t len = strcspn(path, "/");

		node = child_of_length(node, path, len);
		path += len + (path[len] == '/');
	}

	return node;
}

const char *xml_path_text(const struct xml_node *node, const char *path)
{
	const struct xml_node *found = xml_path(node, path);

	return found ? found->text : "";
}

const char *xml_attr(const struct xml_node *node, const char *name)
{
	const struct xml_attr *attr = node->attrs;

	while (attr && !same(attr->name, name))
		attr = attr->next;
	return attr ? attr->value : NULL;
}
