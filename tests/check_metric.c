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
	ck_assert_int_eq(metric_get(METRIC_streams, "999"), 1);
	ck_assert_int_eq(metric_get(METRIC_streams, "1000"), 0);
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
	TEST(label_is_escaped);
	TEST(strangers_cannot_make_labels_without_end);
}
