# How the simulator listens, answers, notifies and is told what to do.
if HAVE_ICAL
bin_PROGRAMS += tests/exchange/daymark-exchange
endif

# All but the network.
exchange_answers = \
	tests/exchange/auth.c \
	tests/exchange/autodiscover.c \
	tests/exchange/command.c tests/exchange/command.def tests/exchange/command.h \
	tests/exchange/commands_calendar.c \
	tests/exchange/commands_server.c \
	tests/exchange/corrupt.def \
	tests/exchange/error.def \
	tests/exchange/event.def \
	tests/exchange/exchange.c tests/exchange/exchange.h \
	tests/exchange/journal.c tests/exchange/journal.h \
	tests/exchange/knob.def \
	tests/exchange/notification.c \
	tests/exchange/ntlm.c tests/exchange/ntlm.h \
	tests/exchange/ops.c tests/exchange/ops.def tests/exchange/ops.h \
	tests/exchange/ops_subscribe.c \
	tests/exchange/push.h \
	tests/exchange/serve.c \
	tests/exchange/server.c tests/exchange/server.h \
	tests/exchange/soap.c \
	tests/exchange/stream.c tests/exchange/stream.h \
	tests/exchange/token.c \
	tests/exchange/subscription.c tests/exchange/subscription.h \
	tests/exchange/version.def \
	tests/exchange/web.h \
	tests/exchange/words.c tests/exchange/words.h

tests_exchange_daymark_exchange_SOURCES = \
	$(exchange_answers) \
	tests/exchange/control.c tests/exchange/control.h \
	tests/exchange/daymark-exchange.c \
	tests/exchange/push.c \
	tests/exchange/script.c tests/exchange/script.h \
	tests/exchange/web.c \
	tests/exchange/web_answer.c \
	tests/exchange/web_private.h
tests_exchange_daymark_exchange_LDADD = libexchange.la libbase.la $(MHD_LIBS) $(SSL_LIBS)

if HAVE_ICAL
if HAVE_CHECK
check_PROGRAMS += tests/check_exchange_ntlm tests/check_exchange_words
endif
endif

tests_check_exchange_ntlm_SOURCES = tests/check_exchange_ntlm.c \
	tests/exchange/ntlm.c tests/exchange/ntlm.h tests/suite.h
tests_check_exchange_ntlm_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_ntlm_LDADD = libbase.la $(CHECK_LIBS) $(SSL_LIBS)

tests_check_exchange_words_SOURCES = tests/check_exchange_words.c \
	tests/exchange/words.c tests/exchange/words.h tests/suite.h
tests_check_exchange_words_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_exchange_words_LDADD = libbase.la $(CHECK_LIBS)

if HAVE_ICAL
if FUZZING
noinst_PROGRAMS += tests/fuzz_exchange_calls tests/fuzz_exchange_ntlm \
	tests/fuzz_exchange_words
endif
endif

tests_fuzz_exchange_ntlm_SOURCES = tests/fuzz_exchange_ntlm.c \
	tests/exchange/ntlm.c tests/exchange/ntlm.h
tests_fuzz_exchange_ntlm_LDADD = libbase.la $(SSL_LIBS)
tests_fuzz_exchange_ntlm_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_exchange_words_SOURCES = tests/fuzz_exchange_words.c \
	tests/exchange/words.c tests/exchange/words.h
tests_fuzz_exchange_words_LDADD = libbase.la
tests_fuzz_exchange_words_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_exchange_calls_SOURCES = tests/fuzz_exchange_calls.c \
	$(exchange_answers)
tests_fuzz_exchange_calls_LDADD = libexchange.la libbase.la $(MHD_LIBS) \
	$(SSL_LIBS)
tests_fuzz_exchange_calls_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
EXTRA_DIST += \
	tests/data/fuzz_exchange_calls/find-item \
	tests/data/fuzz_exchange_calls/get-folder \
	tests/data/fuzz_exchange_calls/get-streaming-events \
	tests/data/fuzz_exchange_calls/get-user-availability \
	tests/data/fuzz_exchange_calls/get-user-oof-settings \
	tests/data/fuzz_exchange_calls/pox \
	tests/data/fuzz_exchange_calls/soap \
	tests/data/fuzz_exchange_calls/subscribe \
	tests/data/fuzz_exchange_calls/unsubscribe
