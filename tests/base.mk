# Tests of base/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_backoff \
	tests/check_heap \
	tests/check_buf \
	tests/check_clock \
	tests/check_crypto \
	tests/check_directive \
	tests/check_directive_words \
	tests/check_err \
	tests/check_fake_loop \
	tests/check_index \
	tests/check_intern \
	tests/check_http \
	tests/check_http_origin \
	tests/check_http_tls \
	tests/check_json \
	tests/check_log \
	tests/check_loop \
	tests/check_metric \
	tests/check_timers \
	tests/check_tls_chain \
	tests/check_tls_issuers \
	tests/check_ping \
	tests/check_tls_probe \
	tests/check_token_read \
	tests/check_vault \
	tests/check_work \
	tests/check_xml
endif

tests_check_token_read_SOURCES = tests/check_token_read.c tests/suite.h
tests_check_token_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_token_read_LDADD = libbase.la $(CHECK_LIBS)

tests_check_vault_SOURCES = tests/check_vault.c tests/suite.h
tests_check_vault_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_vault_LDADD = libbase.la $(CHECK_LIBS)

tests_check_work_SOURCES = tests/check_work.c tests/suite.h
tests_check_work_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_work_LDADD = libbase.la $(CHECK_LIBS)

tests_check_metric_SOURCES = tests/check_metric.c tests/suite.h
tests_check_metric_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_metric_LDADD = libbase.la $(CHECK_LIBS)

tests_check_log_SOURCES = tests/check_log.c tests/suite.h
tests_check_log_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_log_LDADD = libbase.la $(CHECK_LIBS)

tests_check_err_SOURCES = tests/check_err.c tests/suite.h
tests_check_err_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_err_LDADD = libbase.la $(CHECK_LIBS)

tests_check_crypto_SOURCES = tests/check_crypto.c tests/suite.h
tests_check_crypto_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_crypto_LDADD = libbase.la $(CHECK_LIBS)

tests_check_buf_SOURCES = tests/check_buf.c tests/suite.h
tests_check_buf_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_buf_LDADD = libbase.la $(CHECK_LIBS)

tests_check_backoff_SOURCES = tests/check_backoff.c tests/suite.h
tests_check_backoff_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_backoff_LDADD = libbase.la $(CHECK_LIBS)

# A real server on the loopback, the real loop.
HTTP_TALK = tests/http_server.c tests/http_server.h tests/http_talk.c tests/http_talk.h

tests_check_http_SOURCES = tests/check_http.c $(HTTP_TALK) tests/suite.h
tests_check_http_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_http_LDADD = libbase.la $(CHECK_LIBS) $(MHD_LIBS) -lpthread

tests_check_http_origin_SOURCES = tests/check_http_origin.c $(HTTP_TALK) tests/suite.h
tests_check_http_origin_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_http_origin_LDADD = libbase.la $(CHECK_LIBS) $(MHD_LIBS) -lpthread

tests_check_http_tls_SOURCES = tests/check_http_tls.c $(HTTP_TALK) tests/suite.h
tests_check_http_tls_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_http_tls_LDADD = libbase.la $(CHECK_LIBS) $(MHD_LIBS) -lpthread

tests_check_json_SOURCES = tests/check_json.c tests/suite.h
tests_check_json_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_json_LDADD = libbase.la $(CHECK_LIBS)

tests_check_clock_SOURCES = tests/check_clock.c tests/suite.h
tests_check_clock_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_clock_LDADD = libbase.la $(CHECK_LIBS)

tests_check_directive_SOURCES = tests/check_directive.c tests/table.h tests/suite.h
tests_check_directive_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_directive_LDADD = libbase.la $(CHECK_LIBS)

tests_check_directive_words_SOURCES = tests/check_directive_words.c tests/table.h tests/suite.h
tests_check_directive_words_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_directive_words_LDADD = libbase.la $(CHECK_LIBS)

# Whatever waits is tested with a clock that stands still: link FAKE_LOOP.
FAKE_LOOP = tests/fake_loop.c tests/fake_loop.h

tests_check_heap_SOURCES = tests/check_heap.c $(FAKE_LOOP) tests/suite.h
tests_check_heap_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_heap_LDADD = libbase.la $(CHECK_LIBS)

tests_check_fake_loop_SOURCES = tests/check_fake_loop.c $(FAKE_LOOP) tests/suite.h
tests_check_fake_loop_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_fake_loop_LDADD = libbase.la $(CHECK_LIBS)

tests_check_loop_SOURCES = tests/check_loop.c tests/suite.h
tests_check_loop_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_loop_LDADD = libbase.la $(CHECK_LIBS)

tests_check_timers_SOURCES = tests/check_timers.c tests/suite.h
tests_check_timers_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_timers_LDADD = libbase.la $(CHECK_LIBS)

# Certificates of every kind, made by the tests themselves.
MADE_CERTS = tests/made_certs.c tests/made_certs.def tests/made_certs.h

tests_check_tls_chain_SOURCES = tests/check_tls_chain.c $(MADE_CERTS) tests/suite.h
tests_check_tls_chain_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_tls_chain_LDADD = libbase.la $(SSL_LIBS) $(CHECK_LIBS)

tests_check_tls_issuers_SOURCES = tests/check_tls_issuers.c $(MADE_CERTS) tests/suite.h
tests_check_tls_issuers_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_tls_issuers_LDADD = libbase.la $(SSL_LIBS) $(CHECK_LIBS)

tests_check_ping_SOURCES = tests/check_ping.c tests/suite.h
tests_check_ping_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ping_LDADD = libbase.la $(CHECK_LIBS)

tests_check_tls_probe_SOURCES = tests/check_tls_probe.c $(MADE_CERTS) tests/suite.h
tests_check_tls_probe_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_tls_probe_LDADD = libbase.la $(SSL_LIBS) $(CHECK_LIBS) -lpthread

tests_check_xml_SOURCES = tests/check_xml.c tests/suite.h
tests_check_xml_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_xml_LDADD = libbase.la $(CHECK_LIBS)

if FUZZING
noinst_PROGRAMS += \
	tests/fuzz_directive \
	tests/fuzz_issuer_read \
	tests/fuzz_srv \
	tests/fuzz_token_read \
	tests/fuzz_url \
	tests/fuzz_xml
endif

tests_fuzz_issuer_read_SOURCES = tests/fuzz_issuer_read.c
tests_fuzz_issuer_read_LDADD = libbase.la $(SSL_LIBS)
tests_fuzz_issuer_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_token_read_SOURCES = tests/fuzz_token_read.c
tests_fuzz_token_read_LDADD = libbase.la
tests_fuzz_token_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_xml_SOURCES = tests/fuzz_xml.c
tests_fuzz_xml_LDADD = libbase.la
tests_fuzz_xml_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_directive_SOURCES = tests/fuzz_directive.c tests/table.h
tests_fuzz_directive_LDADD = libbase.la
tests_fuzz_directive_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer


tests_check_index_SOURCES = tests/check_index.c tests/suite.h
tests_check_index_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_index_LDADD = libbase.la $(CHECK_LIBS)

tests_check_intern_SOURCES = tests/check_intern.c tests/suite.h
tests_check_intern_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_intern_LDADD = libbase.la $(CHECK_LIBS)

tests_fuzz_srv_SOURCES = tests/fuzz_srv.c
tests_fuzz_srv_LDADD = libbase.la
tests_fuzz_srv_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_url_SOURCES = tests/fuzz_url.c
tests_fuzz_url_LDADD = libbase.la
tests_fuzz_url_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
