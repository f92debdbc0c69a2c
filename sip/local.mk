noinst_LTLIBRARIES += libsip.la
libsip_la_SOURCES = \
	sip/claim.def sip/claim.h \
	sip/pidf.h sip/pidf_read.h \
	sip/presence.h \
	sip/server.def sip/server.h \
	sip/state.def \
	sip/uri.h
