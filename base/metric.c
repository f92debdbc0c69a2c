/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/metric.h"

enum kind { COUNTER, GAUGE, HISTOGRAM };

static const char *const kind_names[] = { "counter", "gauge", "histogram" };

static const struct row {
	const char *name;
	enum kind kind;
	const char *label; /* "" if it has none */
	const char *doc;
} rows[] = {
#define METRIC(name, type, label, doc) { #name, type, label, doc },
#include "base/metric.def"
};

static const uint64_t bounds_ms[] = { 5,   10,   25,   50,   100,  250,
				      500, 1000, 2500, 5000, 10000 };

enum { BOUNDS = sizeof(bounds_ms) / sizeof(bounds_ms[0]) };

/* One value of a metric's label. */
struct series {
	char *label;
	int64_t value;           /* of a histogram: how many */
	uint64_t sum_ms;         /* histograms only */
	uint64_t within[BOUNDS]; /* observed up to each bound */
};

/* Sorted by label. */
static struct {
	struct series *series;
	size_t count;
} metrics[METRIC_COUNT];

static struct series *insert(enum metric metric, size_t place,
			     const char *label)
{
	size_t count = metrics[metric].count++;
	struct series *all =
		x_realloc(metrics[metric].series, (count + 1) * sizeof(*all));

	memmove(&all[place + 1], &all[place], (count - place) * sizeof(*all));
	all[place] = (struct series){ .label = x_strdup(label) };
	metrics[metric].series = all;
	return &all[place];
}

/* The place of that label, or where it belongs. */
static size_t find(enum metric metric, const char *label, bool *foundp)
{
	size_t low = 0;
	size_t high = metrics[metric].count;

	*foundp = false;
	while (low < high && !*foundp) {
		size_t middle = (low + high) / 2;
		int order = strcmp(label, metrics[metric].series[middle].label);

		if (order > 0)
			low = middle + 1;
		else
			high = middle;
		if (order == 0)
			low = middle;
		*foundp = order == 0;
	}

	return low;
}

static struct series *series_of(enum metric metric, const char *label)
{
	bool found;
	size_t place = find(metric, label ? label : "", &found);

	if (!found && metrics[metric].count >= METRIC_LABELS_MAX) {
		label = "other";
		place = find(metric, label, &found);
	}

	return found ? &metrics[metric].series[place]
		     : insert(metric, place, label ? label : "");
}

void metric_add(enum metric metric, const char *label, int64_t delta)
{
	series_of(metric, label)->value += delta;
}

void metric_set(enum metric metric, const char *label, int64_t value)
{
	series_of(metric, label)->value = value;
}

int64_t metric_get(enum metric metric, const char *label)
{
	bool found;
	size_t place = find(metric, label ? label : "", &found);

	return found ? metrics[metric].series[place].value : 0;
}

void metric_observe_ms(enum metric metric, const char *label, uint64_t ms)
{
	struct series *series = series_of(metric, label);

	series->value++;
	series->sum_ms += ms;
	for (size_t i = 0; i < BOUNDS; i++)
		if (ms <= bounds_ms[i])
			series->within[i]++;
}

static void print_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			buf_add(out, "\\n", 2);
			continue;
		}
		if (*text == '\\' || *text == '"')
			buf_add(out, "\\", 1);
		buf_add(out, text, 1);
	}
}

/* le: a second label, in seconds; NULL if none. */
static void print_name(struct buf *out, const struct row *row,
		       const char *suffix, const struct series *series,
		       const char *le)
{
	bool labelled = *row->label != '\0';

	buf_print(out, "daymark_%s%s", row->name, suffix);
	if (labelled || le)
		buf_add(out, "{", 1);
	if (labelled) {
		buf_print(out, "%s=\"", row->label);
		print_escaped(out, series->label);
		buf_print(out, "\"%s", le ? "," : "");
	}
	if (le)
		buf_print(out, "le=\"%s\"", le);
	if (labelled || le)
		buf_add(out, "}", 1);
}

static void print_histogram(struct buf *out, const struct row *row,
			    const struct series *series)
{
	char le[32];

	for (size_t i = 0; i < BOUNDS; i++) {
		snprintf(le, sizeof(le), "%" PRIu64 ".%03" PRIu64,
			 bounds_ms[i] / 1000, bounds_ms[i] % 1000);
		print_name(out, row, "_bucket", series, le);
		buf_print(out, " %" PRIu64 "\n", series->within[i]);
	}

	print_name(out, row, "_bucket", series, "+Inf");
	buf_print(out, " %" PRId64 "\n", series->value);
	print_name(out, row, "_sum", series, NULL);
	buf_print(out, " %" PRIu64 ".%03" PRIu64 "\n", series->sum_ms / 1000,
		  series->sum_ms % 1000);
	print_name(out, row, "_count", series, NULL);
	buf_print(out, " %" PRId64 "\n", series->value);
}

static void print_series(struct buf *out, const struct row *row,
			 const struct series *series)
{
	if (row->kind == HISTOGRAM) {
		print_histogram(out, row, series);
		return;
	}

	print_name(out, row, "", series, NULL);
	buf_print(out, " %" PRId64 "\n", series->value);
}

void metric_print(struct buf *out)
{
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		const struct row *row = &rows[i];

		buf_print(out, "# HELP daymark_%s ", row->name);
		print_escaped(out, row->doc);
		buf_print(out, "\n# TYPE daymark_%s %s\n", row->name,
			  kind_names[row->kind]);
		/* What has no label is there from the start, at zero. */
		if (!*row->label)
			series_of((enum metric)i, NULL);
		for (size_t j = 0; j < metrics[i].count; j++)
			print_series(out, row, &metrics[i].series[j]);
	}
}

void metric_forget_all(void)
{
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		for (size_t j = 0; j < metrics[i].count; j++)
			free(metrics[i].series[j].label);
		free(metrics[i].series);
		metrics[i].series = NULL;
		metrics[i].count = 0;
	}
}
