/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "module/policy.h"
#include "sip/words.h"

enum { WORD_SIZE = 32 };

static const char *const privacies[PRIVACY_COUNT] = {
	[PRIVACY_USUAL] = "",          [PRIVACY_NOTHING] = "nothing",
	[PRIVACY_STATE] = "state",     [PRIVACY_UNTIL] = "until",
	[PRIVACY_SUBJECT] = "subject",
};

enum privacy privacy_from_word(const char *word)
{
	unsigned i = 0;

	while (i < PRIVACY_COUNT && strcmp(privacies[i], word) != 0)
		i++;
	return (enum privacy)i;
}

bool wishes_equal(const struct wishes *a, const struct wishes *b)
{
	return a->no_calendar == b->no_calendar && a->privacy == b->privacy &&
	       a->hours.days == b->hours.days &&
	       a->hours.from_min == b->hours.from_min &&
	       a->hours.until_min == b->hours.until_min;
}

/* "oof=away": what would be oof is shown as away. */
static enum err read_result(struct policy *policy, const char *text,
			    struct why *why)
{
	char word[WORD_SIZE];
	size_t len = strcspn(text, "=");
	enum state from, to = STATE_COUNT;

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	from = state_from_word(word);
	if (text[len])
		to = state_from_word(text + len + 1);
	if (from == STATE_COUNT || to == STATE_COUNT)
		return why_set(why, ERR_CONFIG,
			       "result = %.60s: want STATE=STATE, such as "
			       "oof=away",
			       text);
	policy->result[from] = to;
	return ERR_OK;
}

static enum err read_results(struct policy *policy,
			     const struct directive_list *texts,
			     struct why *why)
{
	enum err err = ERR_OK;

	for (int state = 0; state < STATE_COUNT; state++)
		policy->result[state] = (enum state)state;
	for (size_t i = 0; !err && i < texts->count; i++)
		err = read_result(policy, texts->items[i], why);
	return err;
}

static enum err read_closed(struct policy *policy, const char *text,
			    struct why *why)
{
	char word[WORD_SIZE];
	size_t len;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		enum state state;

		len = strcspn(text, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		state = state_from_word(word);
		if (state == STATE_COUNT)
			return why_set(why, ERR_CONFIG,
				       "closed = %s: there is no such state",
				       word);
		policy->closed[state] = true;
		text += len;
	}
	return ERR_OK;
}

static enum err check_languages(const char *languages, struct why *why)
{
	char lang[WORD_SIZE];
	size_t len;

	for (languages += strspn(languages, " "); *languages;
	     languages += strspn(languages, " ")) {
		len = strcspn(languages, " ");
		snprintf(lang, sizeof(lang), "%.*s", (int)len, languages);
		if (!words_has(lang))
			return why_set(why, ERR_CONFIG,
				       "language = %s: there is no catalogue "
				       "of that language; want en or ja",
				       lang);
		languages += len;
	}
	return ERR_OK;
}

static enum err read_order(struct policy *policy, const char *text,
			   struct why *why)
{
	struct why inner = { .err = ERR_OK };

	if (claim_order_parse(&policy->order, text, &inner))
		return why_set(why, ERR_CONFIG, "order = %.80s: %s", text,
			       inner.text);
	return ERR_OK;
}

enum err policy_read(struct policy *policy, const struct settings *settings,
		     struct why *why)
{
	enum err err;

	*policy = (struct policy){ .hours.zone = settings->timezone };
	err = read_order(policy, settings->order, why);
	if (!err)
		err = read_results(policy, &settings->result, why);
	if (!err)
		err = read_closed(policy, settings->closed, why);
	if (!err)
		err = hours_parse(&policy->hours, settings->hours, why);
	if (!err)
		err = check_languages(settings->language, why);
	if (!err)
		err = rules_read(&policy->rules, &settings->rule, why);
	if (err)
		policy_free(policy);
	return err;
}

void policy_free(struct policy *policy)
{
	rules_free(&policy->rules);
}

bool policy_wants_details(const struct policy *policy,
			  const struct settings *settings)
{
	return policy->rules.details || settings->show_subject ||
	       settings->explain_subject;
}
