/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/metric.h"

/* Those in _MS are kept in milliseconds and shown in seconds. */
enum kind { COUNTER, COUNTER_MS, GAUGE, GAUGE_MS, HISTOGRAM };

static const char *const kind_names[] = {
	[COUNTER] = "counter", [COUNTER_MS] = "counter",  [GAUGE] = "gauge",
	[GAUGE_MS] = "gauge",  [HISTOGRAM] = "histogram",
};

static const struct row {
	const char *name;
	enum kind kind;
	const char *label; /* "" if it has none, "a,b" if two */
	const char *doc;
} rows[] = {
#define METRIC(name, type, label, doc) { #name, type, label, doc },
#include "base/metric.def"
};

static const uint64_t bounds_ms[] = { 5,    10,   25,   50,    100,   250,  500,
				      1000, 2500, 5000, 10000, 30000, 60000 };

enum {
	BOUNDS = sizeof(bounds_ms) / sizeof(bounds_ms[0]),
	KEY_SIZE = 512,
};

#define BETWEEN "\x1f" /* the values of two labels */

/* One value of a metric's label. */
struct series {
	char *label;
	int64_t value;           /* of a histogram: how many */
	uint64_t sum_ms;         /* histograms only */
	uint64_t within[BOUNDS]; /* observed up to each bound */
};

struct metric_table {
	size_t rows, series_bytes; /* of whoever made it */
	struct {
		struct series **series; /* sorted by label */
		size_t count;
	} metrics[METRIC_COUNT];
};

static struct metric_table own = {
	.rows = METRIC_COUNT,
	.series_bytes = sizeof(struct series),
};
static struct metric_table *table = &own;

/* Pointers are moved, and room is doubled, so that many labels stay cheap. */
static struct series *insert(enum metric metric, size_t place,
			     const char *label)
{
	size_t count = table->metrics[metric].count++;
	struct series **all = table->metrics[metric].series;

	if (!(count & (count - 1)))
		all = x_realloc(all, (count ? 2 * count : 1) * sizeof(*all));
	memmove(&all[place + 1], &all[place], (count - place) * sizeof(*all));
	all[place] = x_new(struct series);
	all[place]->label = x_strdup(label);
	table->metrics[metric].series = all;
	return all[place];
}

/* The place of that label, or where it belongs. */
static size_t find(enum metric metric, const char *label, bool *foundp)
{
	size_t low = 0;
	size_t high = table->metrics[metric].count;

	*foundp = false;
	while (low < high && !*foundp) {
		size_t middle = (low + high) / 2;
		int order =
			strcmp(label,
			       table->metrics[metric].series[middle]->label);

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

	if (!found && table->metrics[metric].count >= METRIC_LABELS_MAX) {
		label = "other";
		place = find(metric, label, &found);
	}

	return found ? table->metrics[metric].series[place]
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

void metric_add_two(enum metric metric, const char *first, const char *second,
		    int64_t delta)
{
	char key[KEY_SIZE];

	snprintf(key, sizeof(key), "%s" BETWEEN "%s", first, second);
	metric_add(metric, key, delta);
}

int64_t metric_get(enum metric metric, const char *label)
{
	bool found;
	size_t place = find(metric, label ? label : "", &found);

	return found ? table->metrics[metric].series[place]->value : 0;
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

static void print_escaped(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			buf_add(out, "\\n", 2);
			continue;
		}
		if (text[i] == '\\' || text[i] == '"')
			buf_add(out, "\\", 1);
		buf_add(out, &text[i], 1);
	}
}

/* hq and timeout become gateway="hq",error="timeout" */
static void print_labels(struct buf *out, const char *names, const char *values)
{
	size_t len = strcspn(names, ",");
	size_t bytes = strcspn(values, names[len] ? BETWEEN : "");

	buf_print(out, "%.*s=\"", (int)len, names);
	print_escaped(out, values, bytes);
	buf_add(out, "\"", 1);
	if (!names[len])
		return;

	values += bytes + (values[bytes] != '\0');
	buf_print(out, ",%s=\"", names + len + 1);
	print_escaped(out, values, strlen(values));
	buf_add(out, "\"", 1);
}

/* What every program tells of has no name of ours. */
static const char *prefix(const struct row *row)
{
	return strncmp(row->name, "process_", 8) ? "daymark_" : "";
}

/* le: one more label, in seconds; NULL if none. */
static void print_name(struct buf *out, const struct row *row,
		       const char *suffix, const struct series *series,
		       const char *le)
{
	bool labelled = *row->label != '\0';

	buf_print(out, "%s%s%s", prefix(row), row->name, suffix);
	if (labelled || le)
		buf_add(out, "{", 1);
	if (labelled)
		print_labels(out, row->label, series->label);
	if (le)
		buf_print(out, "%sle=\"%s\"", labelled ? "," : "", le);
	if (labelled || le)
		buf_add(out, "}", 1);
}

static void print_seconds(struct buf *out, int64_t ms)
{
	buf_print(out, " %s%" PRId64 ".%03" PRId64 "\n", ms < 0 ? "-" : "",
		  ms < 0 ? -(ms / 1000) : ms / 1000,
		  ms < 0 ? -(ms % 1000) : ms % 1000);
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
	print_seconds(out, (int64_t)series->sum_ms);
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
	if (row->kind == COUNTER_MS || row->kind == GAUGE_MS)
		print_seconds(out, series->value);
	else
		buf_print(out, " %" PRId64 "\n", series->value);
}

void metric_print(struct buf *out)
{
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		const struct row *row = &rows[i];

		buf_print(out, "# HELP %s%s %s\n# TYPE %s%s %s\n", prefix(row),
			  row->name, row->doc, prefix(row), row->name,
			  kind_names[row->kind]);
		/* What has no label is there from the start, at zero. */
		if (!*row->label)
			series_of((enum metric)i, NULL);
		for (size_t j = 0; j < table->metrics[i].count; j++)
			print_series(out, row, table->metrics[i].series[j]);
	}
}

struct metric_table *metric_table(void)
{
	return table;
}

bool metric_share(struct metric_table *theirs)
{
	bool same = theirs && theirs->rows == own.rows &&
		    theirs->series_bytes == own.series_bytes;

	table = same ? theirs : &own;
	return same;
}

void metric_forget(enum metric metric)
{
	for (size_t i = 0; i < table->metrics[metric].count; i++) {
		free(table->metrics[metric].series[i]->label);
		free(table->metrics[metric].series[i]);
	}
	free(table->metrics[metric].series);
	table->metrics[metric].series = NULL;
	table->metrics[metric].count = 0;
}

void metric_forget_gauges(const char *label)
{
	for (int i = 0; i < METRIC_COUNT; i++)
		if ((rows[i].kind == GAUGE || rows[i].kind == GAUGE_MS) &&
		    !strcmp(rows[i].label, label))
			metric_forget((enum metric)i);
}

void metric_forget_all(void)
{
	for (int i = 0; i < METRIC_COUNT; i++)
		metric_forget((enum metric)i);
}
