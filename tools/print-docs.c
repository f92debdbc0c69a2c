/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes the reference from the tables: print-docs errors|directives|metrics
 * for docs/NAME.md; manual-directives and manual-commands are the lists of
 * docs/man/daymark.5 and docs/man/daymarkctl.1.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct error {
	const char *name, *remedy, *text;
};

static const struct error errors[] = {
#define ERR(name, remedy, text) { #name, #remedy, text },
#include "base/err.def"
};

static const struct {
	const char *name, *type, *label, *doc;
} metrics[] = {
#define METRIC(name, type, label, doc) { #name, #type, label, doc },
#include "base/metric.def"
};

static const struct {
	const char *name, *argument, *doc;
} commands[] = {
#define ADMIN(name, argument, doc) { #name, argument, doc },
#include "module/admin.def"
};

struct directive_row {
	const char *name, *type, *initial;
	unsigned min, max;
	const char *doc;
};

#define ROW(name, type, initial, min, max, doc) \
	{ #name, #type, initial, min, max, doc },

static const struct directive_row module_rows[] = {
#define DIRECTIVE ROW
#include "module/directives.def"
};

static const struct directive_row gateway_rows[] = {
#define GATEWAY ROW
#include "calendar/gateway.def"
};

static const struct directive_row autodiscover_rows[] = {
#define AUTODISCOVER ROW
#include "calendar/autodiscover.def"
};

static const struct directive_row user_rows[] = {
#define USER ROW
#include "module/user.def"
};

static const struct directive_row rule_rows[] = {
#define RULE ROW
#include "module/rule.def"
};

static const struct directive_row directory_rows[] = {
#define DIRECTORY ROW
#include "directory/directory.def"
};

static const struct directive_row server_rows[] = {
#define SERVER ROW
#include "sip/server.def"
};

static const struct directive_row daemon_rows[] = {
#define DAEMON ROW
#include "module/daemon.def"
};

static const struct directive_row kamailio_rows[] = {
#define KAMAILIO ROW
#include "module/kamailio.def"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *title, *how;
	const struct directive_row *rows;
	size_t count;
} tables[] = {
	{ "Directives of the module",
	  "modparam(\"daymark\", \"NAME\", \"VALUE\")", module_rows,
	  COUNT(module_rows) },
	{ "Fields of a gateway",
	  "NAME=VALUE in the text of the gateway directive", gateway_rows,
	  COUNT(gateway_rows) },
	{ "Fields of autodiscover",
	  "NAME=VALUE in the text of the autodiscover directive",
	  autodiscover_rows, COUNT(autodiscover_rows) },
	{ "Fields of a user",
	  "NAME=VALUE after the address in the user directive or the users file",
	  user_rows, COUNT(user_rows) },
	{ "Fields of a rule", "NAME=VALUE in the text of the rule directive",
	  rule_rows, COUNT(rule_rows) },
	{ "Fields of a directory",
	  "NAME=VALUE in the text of the directory directive", directory_rows,
	  COUNT(directory_rows) },
	{ "Directives of the bundled server", "NAME = VALUE", server_rows,
	  COUNT(server_rows) },
	{ "Directives of the daemon", "NAME = VALUE", daemon_rows,
	  COUNT(daemon_rows) },
	{ "Directives of the Kamailio module alone",
	  "modparam(\"daymark\", \"NAME\", \"VALUE\")", kamailio_rows,
	  COUNT(kamailio_rows) },
};

static const struct {
	const char *name, *text;
} types[] = {
	{ "FLAG", "yes or no" },        { "COUNT", "number" },
	{ "SECONDS", "time" },          { "TEXT", "text" },
	{ "LIST", "text, repeatable" },
};

static const char *type_text(const char *name)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (!strcmp(name, types[i].name))
			return types[i].text;

	return name;
}

/* What range means for this type. */
static void print_range(const struct directive_row *row)
{
	if (!strcmp(row->type, "FLAG"))
		fputs("yes, no", stdout);
	else if (!strcmp(row->type, "SECONDS"))
		printf("%us to %us", row->min, row->max);
	else if (!strcmp(row->type, "TEXT"))
		printf("%u to %u bytes", row->min, row->max);
	else if (!strcmp(row->type, "LIST"))
		printf("at most %u", row->max);
	else
		printf("%u to %u", row->min, row->max);
}

/* A bar would end the cell of a table. */
static void print_cell(const char *text)
{
	for (; *text; text++)
		printf(*text == '|' ? "\\%c" : "%c", *text);
}

static void heading(const char *title, const char *source)
{
	printf("# %s\n\nMade from %s by `make docs`; change it there.\n", title,
	       source);
}

static void print_errors(void)
{
	heading("Errors", "base/err.def");
	puts("\nThe remedy says whose move is next: RETRY the same request "
	     "later; RENEW the\nsubscription; RELOCATE: ask again where the "
	     "mailbox lives; OPERATOR: a person\nhas to change something; "
	     "FORGET the user.\n\n"
	     "| error | remedy | meaning |\n| --- | --- | --- |");
	for (size_t i = 0; i < COUNT(errors); i++)
		printf("| `%s` | %s | %s |\n", errors[i].name, errors[i].remedy,
		       errors[i].text);
}

static void print_directive(const struct directive_row *row)
{
	const char *quote = *row->initial ? "`" : "";

	printf("| `%s` | %s | %s%s%s | ", row->name, type_text(row->type),
	       quote, *row->initial ? row->initial : "none", quote);
	print_range(row);
	fputs(" | ", stdout);
	print_cell(row->doc);
	puts(" |");
}

static void print_directives(void)
{
	heading("Directives", "module/directives.def, calendar/gateway.def, "
			      "calendar/autodiscover.def, "
			      "directory/directory.def, sip/server.def, "
			      "module/daemon.def and module/kamailio.def");
	puts("\nTimes are written 90, 90s, 15m, 2h or 1d.");
	for (size_t i = 0; i < COUNT(tables); i++) {
		printf("\n## %s\n\nWritten `%s`.\n\n", tables[i].title,
		       tables[i].how);
		puts("| name | type | default | accepted | meaning |\n"
		     "| --- | --- | --- | --- | --- |");
		for (size_t j = 0; j < tables[i].count; j++)
			print_directive(&tables[i].rows[j]);
	}
}

static void print_metrics(void)
{
	heading("Metrics", "base/metric.def");
	puts("\nPrometheus text format; all names begin with `daymark_`.\n\n"
	     "| name | type | label | meaning |\n| --- | --- | --- | --- |");
	for (size_t i = 0; i < COUNT(metrics); i++)
		printf("| `daymark_%s` | %s | %s | %s |\n", metrics[i].name,
		       metrics[i].type, metrics[i].label, metrics[i].doc);
}

static void print_mdoc_char(char c)
{
	if (c == '\\')
		fputs("\\e", stdout);
	else if (c == '"')
		fputs("\\(dq", stdout);
	else
		putchar(c);
}

/* A new line for each sentence and before column 76, as mdoc likes it. */
static void print_mdoc(const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		bool sentence_ends = len && text[len - 1] == '.';

		for (size_t i = 0; i < len; i++)
			print_mdoc_char(text[i]);
		column += len + 1;
		text += len + (text[len] == ' ');
		if (!*text)
			break;
		if (sentence_ends || column + strcspn(text, " ") > 76)
			column = 0;
		putchar(column ? ' ' : '\n');
	}
}

static void print_manual_row(const struct directive_row *row)
{
	printf(".It Ic %s Pq ", row->name);
	if (strcmp(row->type, "FLAG") != 0)
		printf("%s, ", type_text(row->type));
	print_range(row);
	putchar('\n');
	print_mdoc(row->doc);
	if (*row->initial) {
		fputs("\nThe default is\n.Ql ", stdout);
		print_mdoc(row->initial);
		fputs(" .", stdout);
	}
	putchar('\n');
}

static void print_manual_directives(void)
{
	for (size_t i = 0; i < COUNT(tables); i++) {
		printf(".Ss %s\nWritten\n.Pp\n.Dl ", tables[i].title);
		print_mdoc(tables[i].how);
		puts("\n.Bl -tag -width Ds");
		for (size_t j = 0; j < tables[i].count; j++)
			print_manual_row(&tables[i].rows[j]);
		puts(".El");
	}
}

static void print_argument(const char *argument)
{
	size_t len = strlen(argument);

	if (*argument == '[' &&
	    (strchr(argument, '-') || strchr(argument, '|')))
		printf(" Op Cm %.*s", (int)len - 2, argument + 1);
	else if (*argument == '[')
		printf(" Op Ar %.*s", (int)len - 2, argument + 1);
	else if (*argument)
		printf(" Ar %s", argument);
}

static void print_manual_commands(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < COUNT(commands); i++) {
		printf(".It Ic %s", commands[i].name);
		print_argument(commands[i].argument);
		putchar('\n');
		print_mdoc(commands[i].doc);
		putchar('\n');
	}
	puts(".El");
}

static const struct {
	const char *name;
	void (*print)(void);
} documents[] = {
	{ "errors", print_errors },
	{ "directives", print_directives },
	{ "metrics", print_metrics },
	{ "manual-directives", print_manual_directives },
	{ "manual-commands", print_manual_commands },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < COUNT(documents); i++) {
		if (strcmp(argv[1], documents[i].name) != 0)
			continue;
		documents[i].print();
		return 0;
	}

	fputs("usage: print-docs DOCUMENT\n", stderr);
	return 2;
}
