# Tests of directory/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_ber \
	tests/check_guard \
	tests/check_licence
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

EXTRA_PROGRAMS += tests/dir_watch
CLEANFILES += tests/dir_watch
tests_dir_watch_SOURCES = tests/dir_watch.c
tests_dir_watch_LDADD = libdirectory.la libbase.la
