# Tests of directory/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_ber \
	tests/check_entry_read \
	tests/check_guard \
	tests/check_keeper \
	tests/check_keeper_pass \
	tests/check_licence \
	tests/check_people \
	tests/check_people_file \
	tests/check_review \
	tests/check_state \
	tests/check_sync_info \
	tests/check_watch \
	tests/check_way_ad \
	tests/check_way_sync
endif

if FUZZING
noinst_PROGRAMS += \
	tests/fuzz_entry_read \
	tests/fuzz_people_read \
	tests/fuzz_sync_info
endif

tests_check_guard_SOURCES = tests/check_guard.c tests/suite.h
tests_check_guard_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_guard_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_licence_SOURCES = tests/check_licence.c tests/suite.h \
	tests/fake_loop.c tests/fake_loop.h
tests_check_licence_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_licence_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_ber_SOURCES = tests/check_ber.c tests/suite.h
tests_check_ber_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ber_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_dir_watch_SOURCES = tests/dir_watch.c
tests_dir_watch_LDADD = libdirectory.la libbase.la

tests_check_entry_read_SOURCES = tests/check_entry_read.c tests/suite.h
tests_check_entry_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_entry_read_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_people_SOURCES = tests/check_people.c tests/suite.h
tests_check_people_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_people_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_people_file_SOURCES = tests/check_people_file.c tests/suite.h
tests_check_people_file_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_people_file_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_state_SOURCES = tests/check_state.c tests/suite.h
tests_check_state_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_state_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_sync_info_SOURCES = tests/check_sync_info.c tests/suite.h
tests_check_sync_info_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_sync_info_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_fuzz_entry_read_SOURCES = tests/fuzz_entry_read.c
tests_fuzz_entry_read_LDADD = libdirectory.la libbase.la
tests_fuzz_entry_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_people_read_SOURCES = tests/fuzz_people_read.c
tests_fuzz_people_read_LDADD = libdirectory.la libbase.la
tests_fuzz_people_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_sync_info_SOURCES = tests/fuzz_sync_info.c
tests_fuzz_sync_info_LDADD = libdirectory.la libbase.la
tests_fuzz_sync_info_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_keeper_SOURCES = tests/check_keeper.c tests/keeper_kit.h tests/told.h $(FAKE_LOOP) \
	tests/suite.h
tests_check_keeper_pass_SOURCES = tests/check_keeper_pass.c \
	tests/keeper_kit.h tests/told.h $(FAKE_LOOP) tests/suite.h
tests_check_keeper_pass_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_keeper_pass_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)
tests_check_keeper_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_keeper_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_review_SOURCES = tests/check_review.c tests/told.h \
	tests/fake_dsa.c tests/fake_dsa.h $(FAKE_LOOP) tests/suite.h
tests_check_review_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_review_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_watch_SOURCES = tests/check_watch.c tests/told.h \
	tests/fake_dsa.c tests/fake_dsa.h $(FAKE_LOOP) tests/suite.h
tests_check_watch_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_watch_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_way_ad_SOURCES = tests/check_way_ad.c tests/way_kit.h \
	tests/told.h tests/fake_dsa.c tests/fake_dsa.h \
	$(FAKE_LOOP) tests/suite.h
tests_check_way_ad_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_way_ad_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)

tests_check_way_sync_SOURCES = tests/check_way_sync.c tests/way_kit.h \
	tests/told.h tests/fake_dsa.c tests/fake_dsa.h \
	$(FAKE_LOOP) tests/suite.h
tests_check_way_sync_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_way_sync_LDADD = libdirectory.la libbase.la $(CHECK_LIBS)
