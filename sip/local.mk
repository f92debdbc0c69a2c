noinst_LTLIBRARIES += libsip.la
libsip_la_SOURCES = \
	sip/activity.def \
	sip/claim.c sip/claim.def sip/claim.h \
	sip/pidf.c sip/pidf.h \
	sip/pidf_read.c sip/pidf_read.h \
	sip/presence.c sip/presence.h \
	sip/server.def sip/server.h \
	sip/state.def \
	sip/tls_front.c sip/tls_front.h \
	sip/tls_join.c sip/tls_join.h \
	sip/uri.h \
	sip/words.c sip/words.h
nodist_libsip_la_SOURCES = sip/words-ja.inc

# What watchers read, built in language by language.
sip/words-ja.inc: po/ja.po tools/po-rows
	$(AM_V_GEN)$(MKDIR_P) sip && \
		$(top_srcdir)/tools/po-rows $(top_srcdir)/po/ja.po >$@-t && \
		mv $@-t $@

BUILT_SOURCES += sip/words-ja.inc
CLEANFILES += sip/words-ja.inc
EXTRA_DIST += po/ja.po tools/po-rows
