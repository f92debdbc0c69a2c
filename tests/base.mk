# Tests of base/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_backoff \
	tests/check_json
endif

tests_check_backoff_SOURCES = tests/check_backoff.c tests/suite.h
tests_check_backoff_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_backoff_LDADD = libbase.la $(CHECK_LIBS)

tests_check_json_SOURCES = tests/check_json.c tests/suite.h
tests_check_json_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_json_LDADD = libbase.la $(CHECK_LIBS)
