noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	base/alloc.c base/alloc.h \
	base/backoff.c base/backoff.h \
	base/buf.c base/buf.h \
	base/clock.c base/clock.h base/clock_text.c \
	base/crypto.c base/crypto.h \
	base/directive.c base/directive.h base/directive_near.c base/directive_words.c \
	base/directive_write.c \
	base/err.c base/err.def base/err.h \
	base/file.c base/file.h \
	base/heap.c base/heap.h \
	base/http.c base/http.h base/http_private.h \
	base/http_easy.c \
	base/http_line.c \
	base/http_listen.c base/http_listen.h \
	base/http_origin.c \
	base/http_reply.c \
	base/http_token.c \
	base/http_trust.c \
	base/http_url.c base/http_url.h \
	base/index.c base/index.h \
	base/intern.c base/intern.h \
	base/json.c base/json.h \
	base/log.c base/log.h \
	base/loop.c base/loop.h \
	base/metric.c base/metric.def base/metric.h \
	base/secret.c base/secret.h \
	base/srv.c base/srv.h base/srv_read.c \
	base/timers.c base/timers.h \
	base/tls_chain.c base/tls_chain.h base/tls_judge.c base/tls_verdict.def \
	base/tls_issuers.c base/tls_issuers.h base/tls_issuer_read.c \
	base/tls_memory.c base/tls_memory.h \
	base/ping.c base/ping.h \
	base/tls_probe.c base/tls_probe.h \
	base/tls_server.c base/tls_server.h \
	base/token_read.c base/token_read.h \
	base/vault.c base/vault.h \
	base/work.c base/work.h \
	base/xml.c base/xml.h \
	base/xml_build.c base/xml_build.h \
	base/xml_read.c \
	base/xml_scan.c base/xml_scan.h \
	base/xml_tree.c \
	base/zone.c base/zone.h
libbase_la_LIBADD = $(XML_LIBS) $(CURL_LIBS) $(SSL_LIBS) $(SOFIA_LIBS) $(JSON_LIBS) $(MHD_LIBS) -lpthread -lresolv
