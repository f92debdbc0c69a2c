noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	base/alloc.c base/alloc.h \
	base/backoff.c base/backoff.h \
	base/buf.c base/buf.h \
	base/clock.h \
	base/directive.c base/directive.h \
	base/err.c base/err.def base/err.h \
	base/http.h \
	base/json.c base/json.h \
	base/log.h \
	base/loop.h \
	base/metric.def base/metric.h \
	base/work.h \
	base/xml.c base/xml.h
libbase_la_LIBADD = $(XML_LIBS) $(CURL_LIBS) $(SSL_LIBS) $(SOFIA_LIBS) $(JSON_LIBS) -lpthread
