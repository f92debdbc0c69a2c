/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daymark-exchange: an Exchange organisation for tests, demonstrations and
 * load, all in one process and one thread.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/http.h"
#include "base/loop.h"
#include "tests/exchange/command.h"
#include "tests/exchange/control.h"
#include "tests/exchange/script.h"

static const char usage[] =
	"usage: daymark-exchange [OPTION]...\n"
	"  -c, --config FILE    commands to begin with (server, account, ...)\n"
	"  -s, --script FILE    the same, with times: at 5s create ann Lunch\n"
	"  -e, --execute LINE   one command, after the configuration\n"
	"      --control PORT   loopback port for commands (0: any)\n"
	"      --port PORT      of the server made when none is configured\n"
	"      --mailboxes N    user00001 .. on all servers\n"
	"      --domain NAME    of those; example.com\n"
	"Without a configuration: server ex1, account svc with password secret\n"
	"impersonating everybody, mailboxes ann, bob and carol.\n"
	"POST \"help\" to the control port for the commands.\n";

enum { LINES_MAX = 64 };

struct arguments {
	const char *config, *script, *control, *port, *mailboxes, *domain;
	const char *lines[LINES_MAX];
	size_t line_count;
};

enum long_option {
	OPTION_CONTROL = 256,
	OPTION_PORT,
	OPTION_MAILBOXES,
	OPTION_DOMAIN,
};

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "script", required_argument, NULL, 's' },
	{ "execute", required_argument, NULL, 'e' },
	{ "control", required_argument, NULL, OPTION_CONTROL },
	{ "port", required_argument, NULL, OPTION_PORT },
	{ "mailboxes", required_argument, NULL, OPTION_MAILBOXES },
	{ "domain", required_argument, NULL, OPTION_DOMAIN },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static bool take(struct arguments *arguments, int option)
{
	switch (option) {
	case 'c':
		arguments->config = optarg;
		return true;
	case 's':
		arguments->script = optarg;
		return true;
	case 'e':
		if (arguments->line_count == LINES_MAX)
			return false;
		arguments->lines[arguments->line_count++] = optarg;
		return true;
	case OPTION_CONTROL:
		arguments->control = optarg;
		return true;
	case OPTION_PORT:
		arguments->port = optarg;
		return true;
	case OPTION_MAILBOXES:
		arguments->mailboxes = optarg;
		return true;
	case OPTION_DOMAIN:
		arguments->domain = optarg;
		return true;
	default:
		return false;
	}
}

static bool run(struct exchange *exchange, const char *line)
{
	struct json *answer = json_new_object();
	struct why why;
	enum err err = command_run(exchange, line, answer, &why);

	json_free(&answer);
	if (err != ERR_OK)
		fprintf(stderr, "daymark-exchange: %s: %s\n", line, why.text);
	return err == ERR_OK;
}

/* Something to play with when nothing was asked for. */
static bool furnish(struct exchange *exchange,
		    const struct arguments *arguments)
{
	static const char *const lines[] = {
		"account svc secret impersonates *",
		"account ann@example.com secret mailbox ann@example.com",
		"mailbox ann@example.com ex1 name \"Ann Example\"",
		"mailbox bob@example.com ex1 name \"Bob Example\"",
		"mailbox carol@example.com ex1 name \"Carol Example\"",
	};
	struct buf server = BUF(256);
	bool ok;

	buf_print(&server, "server ex1 port %s",
		  arguments->port ? arguments->port : "8181");
	ok = run(exchange, buf_text(&server));
	buf_free(&server);
	for (size_t i = 0; ok && i < sizeof(lines) / sizeof(lines[0]); i++)
		ok = run(exchange, lines[i]);
	return ok;
}

static bool begin(struct exchange *exchange, const struct arguments *arguments,
		  struct script **configp, struct script **scriptp)
{
	struct buf line = BUF(256);
	struct why why;
	bool ok = true;

	if (arguments->config) {
		*configp = script_new(exchange, arguments->config, &why);
		ok = *configp != NULL;
	} else {
		ok = furnish(exchange, arguments);
	}
	if (!ok && arguments->config)
		fprintf(stderr, "daymark-exchange: %s: %s\n", arguments->config,
			why.text);
	if (ok && arguments->mailboxes) {
		buf_print(&line, "mailboxes %s %s", arguments->mailboxes,
			  arguments->domain ? arguments->domain
					    : "example.com");
		for (struct server *at = exchange->servers; at; at = at->next)
			buf_print(&line, " %s", at->name);
		ok = run(exchange, buf_text(&line));
		buf_free(&line);
	}
	for (size_t i = 0; ok && i < arguments->line_count; i++)
		ok = run(exchange, arguments->lines[i]);
	if (!ok || !arguments->script)
		return ok;

	*scriptp = script_new(exchange, arguments->script, &why);
	if (!*scriptp)
		fprintf(stderr, "daymark-exchange: %s: %s\n", arguments->script,
			why.text);
	return *scriptp != NULL;
}

static int signal_pipe[2];

static void on_signal(int number)
{
	char byte = (char)number;

	if (write(signal_pipe[1], &byte, 1) < 0)
		_exit(EXIT_FAILURE);
}

static void told_to_end(unsigned events, void *arg)
{
	(void)events;
	(void)arg;
	loop_break();
}

/* Says where it listens, so that scripts need not guess. */
static void announce(const struct exchange *exchange,
		     const struct control *control)
{
	struct buf url = BUF(512);

	for (struct server *at = exchange->servers; at; at = at->next) {
		server_url(at, "/EWS/Exchange.asmx", &url);
		printf("server %s %s\n", at->name, buf_text(&url));
		buf_free(&url);
	}
	if (control)
		printf("control http://127.0.0.1:%u/\n", control_port(control));
	printf("ready\n");
	fflush(stdout);
}

static bool serve_all(const struct arguments *arguments)
{
	struct exchange *exchange = exchange_new();
	struct script *config = NULL, *script = NULL;
	struct control *control = NULL;
	struct why why;
	bool ok = begin(exchange, arguments, &config, &script);

	if (ok && arguments->control) {
		control = control_new(exchange,
				      (unsigned)strtoul(arguments->control,
							NULL, 10),
				      &why);
		ok = control != NULL;
		if (!ok)
			fprintf(stderr, "daymark-exchange: %s\n", why.text);
	}
	if (ok) {
		announce(exchange, control);
		loop_run();
	}
	control_free(&control);
	script_free(&script);
	script_free(&config);
	exchange_free(&exchange);
	return ok;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .config = NULL };
	struct fd_watch *watch;
	struct why why;
	int option;
	bool ok;

	while ((option = getopt_long(argc, argv, "c:s:e:h", options, NULL)) !=
	       -1)
		if (!take(&arguments, option)) {
			fputs(usage, option == 'h' ? stdout : stderr);
			return option == 'h' ? EXIT_SUCCESS : EXIT_FAILURE;
		}
	if (pipe(signal_pipe) != 0 || loop_open(NULL, &why) != ERR_OK ||
	    http_open(&why) != ERR_OK) {
		fprintf(stderr, "daymark-exchange: cannot begin\n");
		return EXIT_FAILURE;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	watch = fd_watch_new(signal_pipe[0], FD_READ, told_to_end, NULL);
	ok = serve_all(&arguments);
	fd_watch_free(&watch);
	http_close();
	loop_close();
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
