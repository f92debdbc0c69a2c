/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "supervisor"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "module/supervisor_private.h"
#include "tests/suite.h"

/* For what never comes; what is expected is waited for. */
enum { PATIENCE_S = 60 };

static struct supervisor *supervisor;
static pid_t keeper; /* whose process the supervisor runs in */
static int told[2];  /* lines of what its handlers were given */
static char line[700];

static void tell(const char *what, const char *text)
{
	ck_assert_int_gt(dprintf(told[1], "%s %s\n", what, text), 0);
}

static void on_take(const struct pipe_message *message, void *arg)
{
	char text[PIPE_TEXT_MAX + 32];

	(void)arg;
	snprintf(text, sizeof(text), "%lld %s", (long long)message->number,
		 message->texts[0]);
	tell(pipe_kind_name(message->kind), text);
}

static void on_log(int level, const char *text, void *arg)
{
	(void)arg;
	tell(level == LOG_LEVEL_ERROR ? "error" : "log", text);
}

static void on_alive(void *arg)
{
	(void)arg;
}

static const struct supervisor_handlers handlers = { on_take, on_log, on_alive,
						     NULL };

/* Beside this program. */
static const char *fake_engine(void)
{
	static char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 30);

	ck_assert_int_gt(len, 0);
	path[len] = '\0';
	strcpy(strrchr(path, '/'), "/fake_engine");
	return path;
}

static void begin(const char *engine)
{
	ck_assert(!pipe(told));
	supervisor = supervisor_new(engine, &handlers);
	ck_assert_ptr_nonnull(supervisor);
	supervisor_directive(supervisor, "audit", "15m");
	supervisor_directive(supervisor, "control", "/run/x");
}

static void run(void)
{
	keeper = fork();
	if (keeper == 0) {
		supervisor_run(supervisor);
		supervisor_free(&supervisor);
		_exit(0);
	}
	ck_assert_int_gt(keeper, 0);
}

/* The next line that has this in it. */
static const char *expect(const char *text)
{
	do {
		struct pollfd wait = { .fd = told[0], .events = POLLIN };
		size_t len = 0;

		do {
			ck_assert_msg(poll(&wait, 1, PATIENCE_S * 1000) == 1,
				      "nobody said %s", text);
			ck_assert_int_eq(read(told[0], line + len, 1), 1);
		} while (line[len++] != '\n' && len < sizeof(line) - 1);
		line[len] = '\0';
	} while (!strstr(line, text));
	return line;
}

static pid_t ready_pid(void)
{
	const char *pid = strstr(expect("engine ready "), "pid=");

	ck_assert_ptr_nonnull(pid);
	return (pid_t)strtol(pid + 4, NULL, 10);
}

static void finish(void)
{
	int status;

	if (keeper) {
		ck_assert(!kill(keeper, SIGTERM));
		ck_assert_int_eq(waitpid(keeper, &status, 0), keeper);
		ck_assert_int_eq(status, 0);
	}
	keeper = 0;
	supervisor_free(&supervisor);
	ck_assert_ptr_null(supervisor);
}

static bool is_gone(pid_t pid)
{
	return kill(pid, 0) && errno == ESRCH;
}

static char answer[300];

static void on_piece(const char *piece, void *arg)
{
	(void)arg;
	snprintf(answer + strlen(answer), sizeof(answer) - strlen(answer),
		 "%s;", piece);
}

static int ask(const char *command)
{
	struct why why;

	answer[0] = '\0';
	return supervisor_ask(supervisor, command, on_piece, NULL, &why);
}

static void publish(const char *entity, int64_t until)
{
	const struct pipe_message message = { .kind = PIPE_PUBLISHED,
					      .number = until,
					      .texts = { entity, "tag" } };

	ck_assert(supervisor_tell_soon(supervisor, &message));
}

/* last wait, how long the engine lived, whether it had been ready, the wait */
static const struct {
	unsigned last_ms;
	uint64_t lived_ms;
	bool ready;
	unsigned wait_ms;
} waits[] = {
	{ 0, 0, false, SUPERVISOR_FIRST_MS },
	{ 0, 0, true, SUPERVISOR_FIRST_MS },
	{ 200, 100, false, 400 },
	{ 400, 100, false, 800 },
	{ 800, 100, false, 1600 },
	{ 8000, 100, false, SUPERVISOR_LONGEST_MS },
	{ SUPERVISOR_LONGEST_MS, 100, false, SUPERVISOR_LONGEST_MS },
	/* One that works is wanted back soon, however often it dies. */
	{ 800, 100, true, SUPERVISOR_LONGEST_READY_MS },
	{ SUPERVISOR_LONGEST_MS, 100, true, SUPERVISOR_LONGEST_READY_MS },
	/* One that was well for a while begins anew. */
	{ SUPERVISOR_LONGEST_MS, SUPERVISOR_WELL_MS + 1, true,
	  SUPERVISOR_FIRST_MS },
	{ SUPERVISOR_LONGEST_MS, SUPERVISOR_WELL_MS + 1, false,
	  SUPERVISOR_FIRST_MS },
	{ 400, SUPERVISOR_WELL_MS, false, 800 },
};

START_TEST(the_wait_before_the_next_engine_doubles_up_to_a_limit)
{
	ck_assert_uint_eq(supervisor_wait_ms(waits[_i].last_ms,
					     waits[_i].lived_ms,
					     waits[_i].ready),
			  waits[_i].wait_ms);
}
END_TEST

START_TEST(an_engine_gets_all_directives_and_answers_commands_in_pieces)
{
	begin(fake_engine());
	run();
	expect("STATE 7 busy");
	ready_pid();
	ck_assert_int_eq(ask("count"), 5);
	ck_assert_str_eq(answer, "2 directives, 0 kept;count;");
	finish();
}
END_TEST

START_TEST(one_that_dies_is_followed_by_one_that_is_told_what_is_kept)
{
	pid_t first;

	begin(fake_engine());
	run();
	first = ready_pid();
	publish("sip:ann@example.com", INT64_MAX);
	publish("sip:bob@example.com", INT64_MAX);
	publish("sip:bob@example.com", 0); /* no more */
	publish("sip:past@example.com", 1);
	ck_assert_int_eq(ask("count"), 5);
	ck_assert_str_eq(answer, "2 directives, 4 kept;count;");
	ck_assert_int_eq(ask("die"), -1);
	expect("signal=6");
	expect("started again in_ms=200");
	ck_assert_int_ne(ready_pid(), first);
	ck_assert_ptr_nonnull(strstr(line, "starts=2"));
	ck_assert(is_gone(first));
	ck_assert_int_eq(ask("count"), 5);
	ck_assert_str_eq(answer, "2 directives, 1 kept;count;");
	finish();
}
END_TEST

/* what the engine does, what is said of it */
static const struct {
	const char *command, *said;
} faults[] = {
	{ "hang", "error engine hangs pid=" },
	{ "nonsense", "error engine talks nonsense: " },
};

START_TEST(one_that_fails_otherwise_is_ended_and_followed_too)
{
	pid_t first;

	begin(fake_engine());
	run();
	first = ready_pid();
	ask(faults[_i].command);
	expect(faults[_i].said);
	ck_assert_int_ne(ready_pid(), first);
	ck_assert(is_gone(first));
	ck_assert_int_eq(ask("count"), 5);
	finish();
}
END_TEST

START_TEST(nothing_is_left_when_it_is_stopped)
{
	pid_t engine;

	begin(fake_engine());
	run();
	engine = ready_pid();
	finish();
	ck_assert(is_gone(engine));
}
END_TEST

START_TEST(before_an_engine_is_ready_commands_are_refused_at_once)
{
	begin(fake_engine());
	supervisor_directive(supervisor, "never", "ready");
	run();
	expect("STATE 7 busy");
	ck_assert_int_eq(ask("count"), -1);
	finish();
}
END_TEST

START_TEST(an_engine_that_cannot_be_run_is_named_and_tried_again)
{
	begin("/no/such/engine");
	run();
	expect("error engine cannot be run path=/no/such/engine");
	expect("started again in_ms=200");
	ck_assert_int_eq(ask("count"), -1);
	expect("error engine cannot be run path=/no/such/engine");
	expect("started again in_ms=400");
	finish();
}
END_TEST

START_TEST(directives_are_judged_by_an_engine_that_ends_then)
{
	begin(fake_engine());
	ck_assert(supervisor_check(supervisor));
	supervisor_directive(supervisor, "wrong", "yes");
	ck_assert(!supervisor_check(supervisor));
	expect("WRONG 3 is not so");
	ck_assert_int_eq(supervisor->fd, -1);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child */
	finish();

	begin("/no/such/engine");
	ck_assert(!supervisor_check(supervisor));
	expect("error engine cannot be run");
	finish();
}
END_TEST

START_TEST(whoever_has_to_be_quick_is_never_kept)
{
	const struct pipe_message message = { .kind = PIPE_PUBLISHED,
					      .number = 1,
					      .texts = { "a", "b" } };
	unsigned taken = 0;

	begin(fake_engine()); /* nobody listens yet */
	while (supervisor_tell(supervisor, &message))
		taken++;
	ck_assert_uint_gt(taken, 0);
	ck_assert_int_eq(ask("count"), -1);
	finish();
}
END_TEST

static void tests(void)
{
	TEST_ROWS(the_wait_before_the_next_engine_doubles_up_to_a_limit, waits);
	TEST(an_engine_gets_all_directives_and_answers_commands_in_pieces);
	TEST(one_that_dies_is_followed_by_one_that_is_told_what_is_kept);
	TEST_ROWS(one_that_fails_otherwise_is_ended_and_followed_too, faults);
	TEST(nothing_is_left_when_it_is_stopped);
	TEST(before_an_engine_is_ready_commands_are_refused_at_once);
	TEST(an_engine_that_cannot_be_run_is_named_and_tried_again);
	TEST(directives_are_judged_by_an_engine_that_ends_then);
	TEST(whoever_has_to_be_quick_is_never_kept);
}
