/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_write"
#include "calendar/ews_write.h"
#include "tests/data.h"
#include "tests/suite.h"

static const struct ews_heading as_ann = { "Exchange2010_SP1",
					   "ann&co@example.com" };
static const struct ews_heading as_self = { "Exchange2007_SP1", NULL };
static const struct window window = { 1789516800, 1789862400 };
static const char *const addresses[] = { "ann@example.com", "bob@example.com" };
static const char *const ids[] = { "JAB<1>", "JAB2" };

static void subscribe(struct buf *out)
{
	ews_write_subscribe(out, &as_ann, NULL);
}

static void subscribe_as_delegate(struct buf *out)
{
	ews_write_subscribe(out, &as_self, "ann@example.com");
}

static void stream(struct buf *out)
{
	ews_write_stream(out, &as_ann, ids, 2, 30);
}

static void unsubscribe(struct buf *out)
{
	ews_write_unsubscribe(out, &as_ann, ids[0]);
}

static void availability(struct buf *out)
{
	ews_write_availability(out, &as_self, addresses, 2, &window);
}

static void find(struct buf *out)
{
	ews_write_find(out, &as_ann, NULL, &window, 1000, true);
}

static void find_bare(struct buf *out)
{
	ews_write_find(out, &as_ann, NULL, &window, 1000, false);
}

static void folder(struct buf *out)
{
	ews_write_folder(out, &as_self, "ann@example.com");
}

static void probe(struct buf *out)
{
	ews_write_probe(out, &as_self, "ann@example.com");
}

static void oof(struct buf *out)
{
	ews_write_oof(out, &as_ann, "ann&co@example.com");
}

static const struct {
	void (*write)(struct buf *out);
	const char *file;
} rows[] = {
	{ subscribe, "ews-subscribe.xml" },
	{ subscribe_as_delegate, "ews-subscribe-delegate.xml" },
	{ stream, "ews-get-streaming-events.xml" },
	{ unsubscribe, "ews-unsubscribe.xml" },
	{ availability, "ews-get-user-availability.xml" },
	{ find, "ews-find-item.xml" },
	{ find_bare, "ews-find-item-bare.xml" },
	{ folder, "ews-get-folder.xml" },
	{ probe, "ews-probe.xml" },
	{ oof, "ews-get-user-oof-settings.xml" },
};

START_TEST(request_is_written_to_the_letter)
{
	struct buf out = BUF(EWS_REQUEST_MAX);
	char *expected = data_read(rows[_i].file);

	rows[_i].write(&out);
	ck_assert_str_eq(buf_text(&out), expected);
	buf_free(&out);
	free(expected);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(request_is_written_to_the_letter, rows);
}
