# Tests of sip/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_answer_read \
	tests/check_auth \
	tests/check_calls \
	tests/check_claim \
	tests/check_compositor \
	tests/check_dialog \
	tests/check_dialog_info \
	tests/check_door \
	tests/check_hash \
	tests/check_notifier \
	tests/check_notify_write \
	tests/check_udp_share \
	tests/check_registrar \
	tests/check_server \
	tests/check_sheet \
	tests/check_slab \
	tests/check_throttle \
	tests/check_reginfo \
	tests/check_pidf \
	tests/check_pidf_read \
	tests/check_presence \
	tests/check_publication \
	tests/check_winfo \
	tests/check_words
endif

tests_check_claim_SOURCES = tests/check_claim.c tests/suite.h
tests_check_claim_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_claim_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_presence_SOURCES = tests/check_presence.c \
	tests/presence-rows.inc tests/suite.h
tests_check_presence_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_presence_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_words_SOURCES = tests/check_words.c tests/suite.h
tests_check_words_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_words_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_pidf_SOURCES = tests/check_pidf.c \
	tests/data.c tests/data.h tests/suite.h
tests_check_pidf_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_pidf_LDADD = libsip.la libbase.la $(CHECK_LIBS)
EXTRA_DIST += \
	tests/data/pidf-available.xml \
	tests/data/pidf-hostile.xml \
	tests/data/pidf-meeting-ja.xml \
	tests/data/pidf-meeting-closed.xml \
	tests/data/pidf-meeting-silent.xml \
	tests/data/pidf-meeting-subject.xml \
	tests/data/pidf-meeting.xml \
	tests/data/pidf-offline.xml \
	tests/data/pidf-oof.xml \
	tests/data/pidf-unknown.xml

tests_check_dialog_info_SOURCES = tests/check_dialog_info.c tests/suite.h
tests_check_dialog_info_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_dialog_info_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_fuzz_dialog_info_SOURCES = tests/fuzz_dialog_info.c
tests_fuzz_dialog_info_LDADD = libsip.la libbase.la
tests_fuzz_dialog_info_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_pidf_read_SOURCES = tests/check_pidf_read.c tests/suite.h
tests_check_pidf_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_pidf_read_LDADD = libsip.la libbase.la $(CHECK_LIBS)

if FUZZING
noinst_PROGRAMS += \
	tests/fuzz_answer_read \
	tests/fuzz_dialog_info \
	tests/fuzz_digest \
	tests/fuzz_mime \
	tests/fuzz_uri \
	tests/fuzz_pidf_read
endif

tests_fuzz_pidf_read_SOURCES = tests/fuzz_pidf_read.c
tests_fuzz_pidf_read_LDADD = libsip.la libbase.la
tests_fuzz_pidf_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

# The server by itself, for real clients.
noinst_PROGRAMS += tests/sip_host
tests_sip_host_SOURCES = tests/sip_host.c
tests_sip_host_LDADD = libsip.la libbase.la

tests_check_auth_SOURCES = tests/check_auth.c tests/suite.h
tests_check_auth_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_auth_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_door_SOURCES = tests/check_door.c tests/suite.h
tests_check_door_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_door_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_compositor_SOURCES = tests/check_compositor.c \
	tests/fake_loop.c tests/fake_loop.h tests/suite.h
tests_check_compositor_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_compositor_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_notifier_SOURCES = tests/check_notifier.c \
	tests/fake_notify_out.c tests/fake_notify_out.h \
	tests/fake_loop.c tests/fake_loop.h tests/suite.h
tests_check_notifier_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_notifier_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_reginfo_SOURCES = tests/check_reginfo.c \
	tests/fake_loop.c tests/fake_loop.h tests/suite.h
tests_check_reginfo_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_reginfo_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_registrar_SOURCES = tests/check_registrar.c \
	tests/fake_loop.c tests/fake_loop.h tests/suite.h
tests_check_registrar_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_registrar_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_fuzz_mime_SOURCES = tests/fuzz_mime.c
tests_fuzz_mime_LDADD = libsip.la libbase.la
tests_fuzz_mime_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

# How fast watchers are told, against a bare sender; prints JSON.
noinst_PROGRAMS += tests/bench/notify_load
tests_bench_notify_load_SOURCES = tests/bench/notify_load.c \
	tests/bench/load_kit.c tests/bench/load_kit.h \
	tests/bench/notify_senders.c tests/bench/notify_senders.h
tests_bench_notify_load_LDADD = libsip.la libbase.la

# Very many watchers of a daymarkd.
noinst_PROGRAMS += tests/bench/watch_load
tests_bench_watch_load_SOURCES = tests/bench/watch_load.c \
	tests/bench/load_kit.c tests/bench/load_kit.h
tests_bench_watch_load_LDADD = libbase.la

# PUBLISH at another presence server.
noinst_PROGRAMS += tests/bench/publish_load
tests_bench_publish_load_SOURCES = tests/bench/publish_load.c \
	tests/bench/load_kit.c tests/bench/load_kit.h

# Preloaded by tools/bench; -rpath, or libtool makes archives only.
noinst_LTLIBRARIES += tests/bench/swift_clock.la tests/bench/loop_watch.la
PRELOADED_CFLAGS = -std=gnu11 $(WARN_CFLAGS)
PRELOADED_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_bench_swift_clock_la_SOURCES = tests/bench/swift_clock.c
tests_bench_swift_clock_la_CFLAGS = $(PRELOADED_CFLAGS)
tests_bench_swift_clock_la_LDFLAGS = $(PRELOADED_LDFLAGS)
tests_bench_loop_watch_la_SOURCES = tests/bench/loop_watch.c
tests_bench_loop_watch_la_CFLAGS = $(PRELOADED_CFLAGS)
tests_bench_loop_watch_la_LDFLAGS = $(PRELOADED_LDFLAGS)

tests_check_answer_read_SOURCES = tests/check_answer_read.c tests/suite.h
tests_check_answer_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_answer_read_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_calls_SOURCES = tests/check_calls.c \
	tests/fake_loop.c tests/fake_loop.h tests/suite.h
tests_check_calls_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_calls_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_notify_write_SOURCES = tests/check_notify_write.c tests/suite.h
tests_check_notify_write_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_notify_write_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_udp_share_SOURCES = tests/check_udp_share.c tests/suite.h
tests_check_udp_share_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_udp_share_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_fuzz_answer_read_SOURCES = tests/fuzz_answer_read.c
tests_fuzz_answer_read_LDADD = libsip.la libbase.la
tests_fuzz_answer_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_dialog_SOURCES = tests/check_dialog.c tests/suite.h
tests_check_dialog_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_dialog_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_hash_SOURCES = tests/check_hash.c tests/suite.h
tests_check_hash_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_hash_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_server_SOURCES = tests/check_server.c tests/suite.h
tests_check_server_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_server_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_winfo_SOURCES = tests/check_winfo.c tests/suite.h
tests_check_winfo_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_winfo_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_publication_SOURCES = tests/check_publication.c \
	tests/fake_loop.c tests/fake_loop.h tests/suite.h
tests_check_publication_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_publication_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_sheet_SOURCES = tests/check_sheet.c tests/suite.h
tests_check_sheet_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_sheet_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_slab_SOURCES = tests/check_slab.c tests/suite.h
tests_check_slab_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_slab_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_throttle_SOURCES = tests/check_throttle.c tests/suite.h
tests_check_throttle_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_throttle_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_fuzz_digest_SOURCES = tests/fuzz_digest.c
tests_fuzz_digest_LDADD = libsip.la libbase.la
tests_fuzz_digest_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_uri_SOURCES = tests/fuzz_uri.c
tests_fuzz_uri_LDADD = libsip.la libbase.la
tests_fuzz_uri_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
