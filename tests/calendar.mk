# Tests of calendar/; each program links only the rooms its subject may know.
FAKE_HTTP = tests/fake_http.c tests/fake_http.h
FAKE_EWS = tests/fake_ews.c tests/fake_ews.h $(FAKE_HTTP) $(FAKE_LOOP)

if HAVE_CHECK
check_PROGRAMS += \
	tests/check_candidate \
	tests/check_trail \
	tests/check_autodiscover_plan \
	tests/check_autodiscover_read \
	tests/check_callback \
	tests/check_ews_code \
	tests/check_ews_batch \
	tests/check_ews_hours \
	tests/check_ews_oof \
	tests/check_ews_read \
	tests/check_ews_stream \
	tests/check_ews_ways \
	tests/check_ews_write \
	tests/check_feed \
	tests/check_feed_periods \
	tests/check_gate \
	tests/check_gateway \
	tests/check_locator \
	tests/check_srv \
	tests/check_timeline \
	tests/check_trial
endif

tests_check_autodiscover_plan_SOURCES = tests/check_autodiscover_plan.c tests/suite.h
tests_check_autodiscover_plan_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_autodiscover_plan_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_autodiscover_read_SOURCES = tests/check_autodiscover_read.c tests/suite.h
tests_check_autodiscover_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_autodiscover_read_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_locator_SOURCES = tests/check_locator.c tests/fake_discover.h $(FAKE_HTTP) $(FAKE_LOOP) tests/suite.h
tests_check_locator_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_locator_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_srv_SOURCES = tests/check_srv.c tests/suite.h
tests_check_srv_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_srv_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_callback_SOURCES = tests/check_callback.c $(FAKE_LOOP) tests/suite.h
tests_check_callback_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_callback_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_code_SOURCES = tests/check_ews_code.c tests/suite.h
tests_check_ews_code_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_code_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_trial_SOURCES = tests/check_trial.c $(FAKE_HTTP) $(FAKE_LOOP) tests/suite.h
tests_check_trial_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_trial_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_stream_SOURCES = tests/check_ews_stream.c $(FAKE_EWS) tests/suite.h
tests_check_ews_stream_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_stream_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_candidate_SOURCES = tests/check_candidate.c $(FAKE_EWS) tests/suite.h
tests_check_candidate_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_candidate_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_trail_SOURCES = tests/check_trail.c $(FAKE_EWS) tests/suite.h
tests_check_trail_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_trail_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

# With the ways themselves played by the test.
tests_check_ews_ways_SOURCES = tests/check_ews_ways.c calendar/ews_ways.c \
	$(FAKE_LOOP) tests/suite.h
tests_check_ews_ways_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_ways_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_feed_SOURCES = tests/check_feed.c $(FAKE_EWS) tests/suite.h
tests_check_feed_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_feed_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_feed_periods_SOURCES = tests/check_feed_periods.c $(FAKE_EWS) tests/suite.h
tests_check_feed_periods_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_feed_periods_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_batch_SOURCES = tests/check_ews_batch.c $(FAKE_EWS) tests/suite.h
tests_check_ews_batch_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_batch_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_gateway_SOURCES = tests/check_gateway.c $(FAKE_HTTP) $(FAKE_LOOP) tests/suite.h
tests_check_gateway_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_gateway_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_gate_SOURCES = tests/check_gate.c $(FAKE_LOOP) tests/suite.h
tests_check_gate_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_gate_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_timeline_SOURCES = tests/check_timeline.c tests/suite.h
tests_check_timeline_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_timeline_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_hours_SOURCES = tests/check_ews_hours.c tests/suite.h
tests_check_ews_hours_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_hours_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_oof_SOURCES = tests/check_ews_oof.c tests/suite.h
tests_check_ews_oof_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_oof_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_read_SOURCES = tests/check_ews_read.c tests/data.c tests/data.h tests/suite.h
tests_check_ews_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_read_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_ews_write_SOURCES = tests/check_ews_write.c tests/data.c tests/data.h tests/suite.h
tests_check_ews_write_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ews_write_LDADD = libcalendar.la libbase.la $(CHECK_LIBS)

if FUZZING
noinst_PROGRAMS += \
	tests/fuzz_autodiscover_read \
	tests/fuzz_ews_read
endif

tests_fuzz_autodiscover_read_SOURCES = tests/fuzz_autodiscover_read.c
tests_fuzz_autodiscover_read_LDADD = libcalendar.la libbase.la
tests_fuzz_autodiscover_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_ews_read_SOURCES = tests/fuzz_ews_read.c
tests_fuzz_ews_read_LDADD = libcalendar.la libbase.la
tests_fuzz_ews_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

# Not a test by itself: watches a real server, or the simulated one.
noinst_PROGRAMS += tests/ews_watch
tests_ews_watch_SOURCES = tests/ews_watch.c
tests_ews_watch_LDADD = libcalendar.la libbase.la

EXTRA_DIST += \
	tests/data/ews-find-item-bare.xml \
	tests/data/ews-find-item.xml \
	tests/data/ews-get-folder.xml \
	tests/data/ews-get-streaming-events.xml \
	tests/data/ews-get-user-availability.xml \
	tests/data/ews-probe.xml \
	tests/data/ews-reply-availability.xml \
	tests/data/ews-reply-busy-inside.xml \
	tests/data/ews-reply-busy.xml \
	tests/data/ews-reply-denied.xml \
	tests/data/ews-reply-find-item.xml \
	tests/data/ews-reply-subscribe.xml \
	tests/data/ews-stream-events.xml \
	tests/data/ews-subscribe-delegate.xml \
	tests/data/ews-subscribe.xml \
	tests/data/ews-unsubscribe.xml
