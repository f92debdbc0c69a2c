# What the simulator holds and the operations that read and write it.
if HAVE_ICAL
noinst_LTLIBRARIES += libexchange.la
endif
libexchange_la_SOURCES = \
	tests/exchange/appointment.c tests/exchange/appointment.h \
	tests/exchange/folder.def \
	tests/exchange/recur.c tests/exchange/recur.h \
	tests/exchange/store.c tests/exchange/store.h \
	tests/exchange/word.def \
	tests/exchange/zone.c tests/exchange/zone.def tests/exchange/zone.h
libexchange_la_CFLAGS = $(AM_CFLAGS) $(ICAL_CFLAGS)
libexchange_la_LIBADD = libbase.la $(ICAL_LIBS)

if HAVE_ICAL
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_exchange_recur
endif
endif

tests_check_exchange_recur_SOURCES = tests/check_exchange_recur.c tests/suite.h
tests_check_exchange_recur_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_recur_LDADD = libexchange.la $(CHECK_LIBS)
