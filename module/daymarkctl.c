/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daymarkctl: asks a running daymark over its control socket, see control.h;
 * and makes account lines, for which nothing needs to run.
 */
#define _GNU_SOURCE /* explicit_bzero */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "module/admin.h"
#include "module/control.h"
#include "sip/accounts.h"

enum { EXIT_USAGE = 2, EXIT_NO_ANSWER = 4, PASSWORD_SIZE = 256 };

struct options {
	const char *path;
	bool json;
};

static int usage(int code)
{
	fputs("usage: daymarkctl [-s SOCKET] [--json] COMMAND [ARGUMENT]\n"
	      "       daymarkctl account ADDRESS [REALM] < password\n"
	      "commands: see daymarkctl help\n"
	      "exit code: 0 done, 1 failed, 2 usage, 3 no such user,\n"
	      "           4 daymark does not answer\n",
	      code ? stderr : stdout);
	return code;
}

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 &&
	    !connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;

	fprintf(stderr, "daymarkctl: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* "0 1234\n" and then so many bytes. */
static int pass_answer(FILE *in)
{
	char chunk[4096];
	size_t rest, len;
	int code;

	if (fscanf(in, "%d %zu", &code, &rest) != 2 || fgetc(in) != '\n') {
		fputs("daymarkctl: no answer; only root and the user daymark "
		      "runs as may ask\n",
		      stderr);
		return EXIT_NO_ANSWER;
	}

	while (rest && (len = fread(chunk, 1,
				    rest < sizeof(chunk) ? rest : sizeof(chunk),
				    in)) > 0) {
		fwrite(chunk, 1, len,
		       code && !(code & ADMIN_EXIT_VERDICT) ? stderr : stdout);
		rest -= len;
	}
	return rest ? EXIT_NO_ANSWER : code & ~ADMIN_EXIT_VERDICT;
}

/* daymark runs elsewhere, and finds no file by a path from here. */
static void add_word(struct buf *line, const char *word, bool path)
{
	char *whole = path ? realpath(word, NULL) : NULL;

	buf_print(line, " %s", whole ? whole : word);
	free(whole);
}

static int ask(const struct options *options, char **words)
{
	struct buf line = BUF(CONTROL_LINE_MAX - 1);
	int fd = open_socket(options->path);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "r+");
	int code = EXIT_NO_ANSWER;

	if (!stream)
		return code;

	buf_print(&line, "%s", options->json ? "json" : "text");
	for (bool path = false; *words; words++) {
		add_word(&line, *words, path);
		path = !strcmp(*words, "--file");
	}
	if (buf_full(&line) || strchr(buf_text(&line), '\n')) {
		fputs("daymarkctl: that is no command\n", stderr);
		code = EXIT_USAGE;
	} else if (fprintf(stream, "%s\n", buf_text(&line)) > 0 &&
		   !fflush(stream)) {
		code = pass_answer(stream);
	}
	fclose(stream);
	buf_free(&line);
	return code;
}

/* Not shown while it is typed. */
static bool read_password(char password[PASSWORD_SIZE])
{
	struct termios before = { .c_lflag = 0 }, quiet;
	bool tty = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &before);
	bool got;

	if (tty) {
		fputs("password: ", stderr);
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	got = fgets(password, PASSWORD_SIZE, stdin) != NULL;
	if (tty) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	password[strcspn(password, "\r\n")] = '\0';
	return got && password[0];
}

static int make_account(const char *address, const char *realm)
{
	char password[PASSWORD_SIZE] = "";
	struct buf line = BUF(ACCOUNT_LINE_MAX);
	struct why why = { .err = ERR_OK };

	if (!read_password(password)) {
		fputs("daymarkctl: want the password on standard input\n",
		      stderr);
		return EXIT_USAGE;
	}
	if (account_line(&line, address, realm, password, &why))
		fprintf(stderr, "daymarkctl: %s\n", why.text);
	else
		fputs(buf_text(&line), stdout);
	explicit_bzero(password, sizeof(password));
	buf_free(&line);
	return why.err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Options stand before the command. */
static char **parse_options(struct options *options, char **words)
{
	for (; *words && **words == '-'; words++) {
		if (!strcmp(*words, "--json") || !strcmp(*words, "-j"))
			options->json = true;
		else if (!strcmp(*words, "-s") && words[1])
			options->path = *++words;
		else
			return NULL;
	}
	return words;
}

int main(int argc, char **argv)
{
	struct options options = { .path = RUNSTATEDIR "/daymark/control" };
	char **words = parse_options(&options, argv + 1);

	(void)argc;
	if (!words || !*words)
		return usage(EXIT_USAGE);
	if (strcmp(*words, "account") != 0)
		return ask(&options, words);
	if (!words[1] || (words[2] && words[3]))
		return usage(EXIT_USAGE);
	return make_account(words[1], words[2]);
}
