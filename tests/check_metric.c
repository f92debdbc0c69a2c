/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "metric"
#include <stdio.h>

#include "base/metric.h"
#include "tests/suite.h"

static struct buf out = BUF(1 << 20);

static void teardown(void)
{
	metric_forget_all();
	buf_free(&out);
}

static void assert_printed(const char *text)
{
	buf_free(&out);
	metric_print(&out);
	ck_assert_msg(strstr(buf_text(&out), text), "%s\nis not in\n%s", text,
		      buf_text(&out));
}

START_TEST(counter_counts_by_label)
{
	metric_add(METRIC_http_requests_total, "hq", 1);
	metric_add(METRIC_http_requests_total, "branch", 2);
	metric_add(METRIC_http_requests_total, "hq", 3);
	ck_assert_int_eq(metric_get(METRIC_http_requests_total, "hq"), 4);
	ck_assert_int_eq(metric_get(METRIC_http_requests_total, "none"), 0);
	assert_printed("# TYPE daymark_http_requests_total counter\n"
		       "daymark_http_requests_total{gateway=\"branch\"} 2\n"
		       "daymark_http_requests_total{gateway=\"hq\"} 4\n");
}
END_TEST

START_TEST(gauge_is_set_and_goes_below_zero)
{
	metric_set(METRIC_streams, "hq", 7);
	metric_add(METRIC_streams, "hq", -9);
	assert_printed("daymark_streams{gateway=\"hq\"} -2\n");
}
END_TEST

START_TEST(metric_without_label_is_there_from_the_start)
{
	assert_printed("\ndaymark_notify_total 0\n");
	assert_printed("\ndaymark_notify_seconds_count 0\n");
	metric_add(METRIC_notify_total, NULL, 1);
	assert_printed("\ndaymark_notify_total 1\n");
}
END_TEST

START_TEST(histogram_is_shown_in_seconds)
{
	metric_observe_ms(METRIC_http_seconds, "hq", 4);
	metric_observe_ms(METRIC_http_seconds, "hq", 250);
	metric_observe_ms(METRIC_http_seconds, "hq", 20000);
	assert_printed("_seconds_bucket{gateway=\"hq\",le=\"0.005\"} 1\n");
	assert_printed("_seconds_bucket{gateway=\"hq\",le=\"0.250\"} 2\n");
	assert_printed("_seconds_bucket{gateway=\"hq\",le=\"10.000\"} 2\n");
	assert_printed("_seconds_bucket{gateway=\"hq\",le=\"+Inf\"} 3\n"
		       "daymark_http_seconds_sum{gateway=\"hq\"} 20.254\n"
		       "daymark_http_seconds_count{gateway=\"hq\"} 3\n");
}
END_TEST

START_TEST(two_labels_are_counted_apart)
{
	metric_add_two(METRIC_gateway_errors_total, "hq", "TIMEOUT", 1);
	metric_add_two(METRIC_gateway_errors_total, "hq", "LOGIN", 2);
	metric_add_two(METRIC_gateway_errors_total, "hq", "LOGIN", 3);
	assert_printed("# TYPE daymark_gateway_errors_total counter\n"
		       "daymark_gateway_errors_total{gateway=\"hq\","
		       "error=\"LOGIN\"} 5\n"
		       "daymark_gateway_errors_total{gateway=\"hq\","
		       "error=\"TIMEOUT\"} 1\n");
}
END_TEST

START_TEST(milliseconds_are_shown_as_seconds)
{
	metric_add(METRIC_gateway_throttled_seconds_total, "hq", 61005);
	metric_set(METRIC_gateway_clock_skew_seconds, "hq", -1250);
	metric_set(METRIC_gateway_clock_skew_seconds, "lab", -40);
	assert_printed("# TYPE daymark_gateway_throttled_seconds_total "
		       "counter\n"
		       "daymark_gateway_throttled_seconds_total"
		       "{gateway=\"hq\"} 61.005\n");
	assert_printed("_skew_seconds{gateway=\"hq\"} -1.250\n");
	assert_printed("_skew_seconds{gateway=\"lab\"} -0.040\n");
}
END_TEST

START_TEST(what_every_program_tells_has_the_name_it_has_everywhere)
{
	metric_set(METRIC_process_open_fds, NULL, 7);
	assert_printed("# TYPE process_open_fds gauge\nprocess_open_fds 7\n");
}
END_TEST

START_TEST(what_is_made_anew_forgets_what_is_over)
{
	metric_set(METRIC_gateway_up, "gone", 1);
	metric_set(METRIC_streams, "gone", 1);
	metric_forget(METRIC_gateway_up);
	metric_set(METRIC_gateway_up, "here", 1);
	assert_printed("# TYPE daymark_gateway_up gauge\n"
		       "daymark_gateway_up{gateway=\"here\"} 1\n#");
	assert_printed("daymark_streams{gateway=\"gone\"} 1\n");
}
END_TEST

static const struct {
	enum metric metric;
	const char *name, *type, *label;
} kinds[] = {
#define METRIC(name, type, label, doc) { METRIC_##name, #name, #type, label },
#include "base/metric.def"
};

/* What is counted goes on; what is now ends with whom it was of. */
START_TEST(the_gauges_of_who_is_gone_have_no_value_and_the_counters_keep_theirs)
{
	static const char *const labels[] = { "gateway", "directory" };
	bool gauge = !strncmp(kinds[_i].type, "GAUGE", 5);
	bool of_somebody = !strcmp(kinds[_i].label, labels[0]) ||
			   !strcmp(kinds[_i].label, labels[1]);

	metric_add(kinds[_i].metric, "gone", 7);
	for (int i = 0; i < ROWS(labels); i++)
		metric_forget_gauges(labels[i]);
	ck_assert_msg(metric_get(kinds[_i].metric, "gone") ==
			      (gauge && of_somebody ? 0 : 7),
		      "%s", kinds[_i].name);
}
END_TEST

START_TEST(a_table_of_another_build_is_not_shared)
{
	size_t other[1000] = { METRIC_COUNT + 1 };

	ck_assert(!metric_share((struct metric_table *)(void *)other));
	ck_assert(!metric_share(NULL));
	ck_assert(metric_share(metric_table()));
	metric_add(METRIC_notify_total, NULL, 2);
	ck_assert_int_eq(metric_get(METRIC_notify_total, NULL), 2);
}
END_TEST

START_TEST(label_is_escaped)
{
	metric_add(METRIC_streams, "a\"b\\c\nd", 1);
	assert_printed("daymark_streams{gateway=\"a\\\"b\\\\c\\nd\"} 1\n");
}
END_TEST

START_TEST(strangers_cannot_make_labels_without_end)
{
	char label[16];

	for (int i = 0; i < METRIC_LABELS_MAX + 50; i++) {
		snprintf(label, sizeof(label), "%d", i);
		metric_add(METRIC_streams, label, 1);
	}
	ck_assert_int_eq(metric_get(METRIC_streams, "9999"), 1);
	ck_assert_int_eq(metric_get(METRIC_streams, "10000"), 0);
	ck_assert_int_eq(metric_get(METRIC_streams, "other"), 50);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, NULL, teardown);
	TEST(counter_counts_by_label);
	TEST(gauge_is_set_and_goes_below_zero);
	TEST(metric_without_label_is_there_from_the_start);
	TEST(histogram_is_shown_in_seconds);
	TEST(two_labels_are_counted_apart);
	TEST(milliseconds_are_shown_as_seconds);
	TEST(what_every_program_tells_has_the_name_it_has_everywhere);
	TEST(what_is_made_anew_forgets_what_is_over);
	TEST_ROWS(
		the_gauges_of_who_is_gone_have_no_value_and_the_counters_keep_theirs,
		kinds);
	TEST(a_table_of_another_build_is_not_shared);
	TEST(label_is_escaped);
	TEST(strangers_cannot_make_labels_without_end);
}
