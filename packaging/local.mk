# What make install adds to the programs.
confdir = $(docdir)/examples
dist_conf_DATA = packaging/daymarkd.conf

EXTRA_DIST += packaging/debian-packages packaging/daymarkd.service.in

if HAVE_SYSTEMD
systemdsystemunit_DATA = packaging/daymarkd.service
endif

CLEANFILES += packaging/daymarkd.service
packaging/daymarkd.service: packaging/daymarkd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	sed -e 's|@''sbindir@|$(sbindir)|g' -e 's|@''sysconfdir@|$(sysconfdir)|g' \
		$(srcdir)/packaging/daymarkd.service.in >$@
