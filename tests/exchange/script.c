/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "tests/exchange/command.h"
#include "tests/exchange/script.h"

struct step {
	struct exchange *exchange;
	struct words words;
	uint64_t again_ms; /* 0: once */
	struct timer timer;
	struct step *next;
};

struct script {
	struct step *steps;
};

static enum err run_words(struct exchange *exchange, const struct words *words,
			  struct why *why)
{
	struct json *answer = json_new_object();
	enum err err = command_words(exchange, words, answer, why);

	json_free(&answer);
	return err;
}

static void act(void *arg)
{
	struct step *step = arg;
	struct why why;

	if (step->again_ms)
		timer_start_ms(&step->timer, step->again_ms, act, step);
	if (run_words(step->exchange, &step->words, &why) != ERR_OK)
		log_error("script step failed", KV("step", step->words.word[0]),
			  KWHY(&why));
}

/* The words after "at 5s". */
static void plan(struct script *script, struct exchange *exchange,
		 struct words *words, int64_t due_ms)
{
	struct step *step = x_new(struct step);

	step->exchange = exchange;
	if (strcmp(words->word[0], "every") == 0)
		step->again_ms = (uint64_t)due_ms;
	step->words = *words;
	step->words.count -= 2;
	memmove(step->words.word, words->word + 2,
		step->words.count * sizeof(words->word[0]));
	words->text = NULL;
	step->next = script->steps;
	script->steps = step;
	timer_start_ms(&step->timer, (uint64_t)due_ms, act, step);
}

static enum err read_line(struct script *script, struct exchange *exchange,
			  const char *line, struct why *why)
{
	struct words words;
	int64_t due_ms = 0;
	enum err err = words_read(&words, line, why);
	bool timed = err == ERR_OK && words.count > 0 &&
		     (strcmp(words.word[0], "at") == 0 ||
		      strcmp(words.word[0], "every") == 0);

	if (timed && (words.count < 3 || !span_read(words.word[1], &due_ms) ||
		      due_ms < 0))
		err = why_set(why, ERR_CONFIG, "usage: at TIME COMMAND");
	else if (timed)
		plan(script, exchange, &words, due_ms);
	else if (err == ERR_OK)
		err = run_words(exchange, &words, why);
	words_free(&words);
	return err;
}

static enum err read_file(struct script *script, struct exchange *exchange,
			  FILE *file, struct why *why)
{
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	enum err err = ERR_OK;
	struct why inner = { .text = "" };

	while (err == ERR_OK && getline(&line, &size, file) >= 0) {
		number++;
		err = read_line(script, exchange, line, &inner);
	}
	free(line);
	return err == ERR_OK
		       ? ERR_OK
		       : why_set(why, err, "line %u: %s", number, inner.text);
}

struct script *script_new(struct exchange *exchange, const char *path,
			  struct why *why)
{
	struct script *script = x_new(struct script);
	FILE *file = fopen(path, "re");

	if (!file)
		why_set(why, ERR_CONFIG, "%s: %s", path, strerror(errno));
	if (!file || read_file(script, exchange, file, why) != ERR_OK)
		script_free(&script);
	if (file)
		fclose(file);
	return script;
}

void script_free(struct script **scriptp)
{
	struct script *script = *scriptp;

	if (!script)
		return;

	*scriptp = NULL;
	while (script->steps) {
		struct step *step = script->steps;

		script->steps = step->next;
		timer_stop(&step->timer);
		words_free(&step->words);
		free(step);
	}
	free(script);
}
