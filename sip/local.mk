noinst_LTLIBRARIES += libsip.la
libsip_la_SOURCES = \
	sip/accounts.c sip/accounts.h \
	sip/activity.def \
	sip/agent.c sip/agent.h \
	sip/answer_read.c sip/answer_read.h \
	sip/auth.c sip/auth.h \
	sip/calls.c sip/calls.h \
	sip/claim.c sip/claim.def sip/claim.h \
	sip/compositor.c sip/compositor.h \
	sip/dialog.c sip/dialog.h \
	sip/dialog_info.c sip/dialog_info.h \
	sip/digest.c sip/digest.def sip/digest.h \
	sip/door.c \
	sip/ending.def \
	sip/flow.c sip/flow.h sip/flow_tport.h \
	sip/hash.c sip/hash.h \
	sip/line.c sip/line.h \
	sip/listen.c sip/listen.h \
	sip/md5_only.def \
	sip/mime.c sip/mime.h \
	sip/notifier.c sip/notifier.h sip/notifier_private.h \
	sip/notify_out.c sip/notify_out.h \
	sip/notify_stack.c sip/notify_stack.h \
	sip/notify_write.c sip/notify_write.h \
	sip/package.def \
	sip/pidf.c sip/pidf.h sip/pidf_id.h \
	sip/pidf_template.c \
	sip/pidf_read.c sip/pidf_read.h \
	sip/presence.c sip/presence.h \
	sip/publication.c sip/publication.def sip/publication.h \
	sip/publication_answer.c sip/publication_private.h \
	sip/publish_out.c sip/publish_out.h \
	sip/rate.c sip/rate.h \
	sip/binding.def \
	sip/reginfo.c sip/reginfo.h \
	sip/registrar.c sip/registrar.h \
	sip/sane.c sip/sane.h \
	sip/server.c sip/server.def sip/server.h sip/server_private.h \
	sip/sheet.c sip/sheet.h \
	sip/slab.c sip/slab.h \
	sip/state.def \
	sip/subscription.c sip/subscription.h \
	sip/throttle.c sip/throttle.h \
	sip/tls_front.c sip/tls_front.h \
	sip/tls_join.c sip/tls_join.h \
	sip/udp_share.c sip/udp_share.h \
	sip/uri.c sip/uri.h \
	sip/visit.c \
	sip/who.c sip/who.h \
	sip/winfo.c sip/winfo.h \
	sip/words.c sip/words.h
nodist_libsip_la_SOURCES = sip/words-ja.inc

# What watchers read, built in language by language.
sip/words-ja.inc: po/ja.po tools/po-rows
	$(AM_V_GEN)$(MKDIR_P) sip && \
		$(top_srcdir)/tools/po-rows $(top_srcdir)/po/ja.po >$@-t && \
		mv $@-t $@

sip/words.lo: sip/words-ja.inc

BUILT_SOURCES += sip/words-ja.inc
CLEANFILES += sip/words-ja.inc
EXTRA_DIST += po/ja.po tools/po-rows
