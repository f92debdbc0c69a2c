# What the simulator holds and the operations that read and write it.
if HAVE_ICAL
noinst_LTLIBRARIES += libexchange.la
endif
libexchange_la_SOURCES = \
	tests/exchange/bias.c tests/exchange/bias.h \
	tests/exchange/appointment.c tests/exchange/appointment.h \
	tests/exchange/draft.c tests/exchange/draft.h \
	tests/exchange/extra.c \
	tests/exchange/folder.def \
	tests/exchange/ical.c tests/exchange/ical.h tests/exchange/ical_read.c \
	tests/exchange/ids.c tests/exchange/ids.h \
	tests/exchange/ops_availability.c \
	tests/exchange/ops_find.c \
	tests/exchange/ops_folder.c \
	tests/exchange/ops_item.c \
	tests/exchange/ops_mailbox.c \
	tests/exchange/ops_names.c \
	tests/exchange/ops_oof.c \
	tests/exchange/ops_sync.c \
	tests/exchange/ops_update.c \
	tests/exchange/prop.c tests/exchange/prop.def tests/exchange/prop.h \
	tests/exchange/prop_set.c \
	tests/exchange/prop_write.c \
	tests/exchange/prop_zone.c \
	tests/exchange/recur.c tests/exchange/recur.h \
	tests/exchange/restrict.c tests/exchange/restrict.h \
	tests/exchange/rule.c tests/exchange/rule.h \
	tests/exchange/store.c tests/exchange/store.h \
	tests/exchange/value.c tests/exchange/value.h \
	tests/exchange/when.c tests/exchange/when.h \
	tests/exchange/word.def \
	tests/exchange/zone.c tests/exchange/zone.def tests/exchange/zone.h
libexchange_la_CFLAGS = $(AM_CFLAGS) $(ICAL_CFLAGS)
libexchange_la_LIBADD = libbase.la $(ICAL_LIBS)

if HAVE_ICAL
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_exchange_bias \
	tests/check_exchange_ical \
	tests/check_exchange_recur \
	tests/check_exchange_restrict \
	tests/check_exchange_store \
	tests/check_exchange_when
endif
endif

tests_check_exchange_recur_SOURCES = tests/check_exchange_recur.c tests/suite.h
tests_check_exchange_recur_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_recur_LDADD = libexchange.la $(CHECK_LIBS)

tests_check_exchange_ical_SOURCES = tests/check_exchange_ical.c tests/suite.h
tests_check_exchange_ical_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_ical_LDADD = libexchange.la $(CHECK_LIBS)

if HAVE_ICAL
if FUZZING
noinst_PROGRAMS += tests/fuzz_exchange_ical
endif
endif

tests_fuzz_exchange_ical_SOURCES = tests/fuzz_exchange_ical.c
tests_fuzz_exchange_ical_LDADD = libexchange.la libbase.la
tests_fuzz_exchange_ical_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_exchange_bias_SOURCES = tests/check_exchange_bias.c tests/suite.h
tests_check_exchange_bias_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_bias_LDADD = libexchange.la $(CHECK_LIBS)

tests_check_exchange_restrict_SOURCES = tests/check_exchange_restrict.c \
	tests/exchange_alone.c tests/suite.h
tests_check_exchange_restrict_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_restrict_LDADD = libexchange.la $(CHECK_LIBS)

tests_check_exchange_store_SOURCES = tests/check_exchange_store.c \
	tests/exchange_alone.c tests/suite.h
tests_check_exchange_store_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_store_LDADD = libexchange.la $(CHECK_LIBS)

tests_check_exchange_when_SOURCES = tests/check_exchange_when.c tests/suite.h
tests_check_exchange_when_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_when_LDADD = libexchange.la $(CHECK_LIBS)
