noinst_LTLIBRARIES += libmodule.la
libmodule_la_SOURCES = \
	module/admin.c module/admin.def module/admin.h \
	module/admin_directory.c module/admin_directory.h \
	module/admin_licence.c module/admin_licence.h \
	module/agenda.c module/agenda.h \
	module/api.h \
	module/control.c module/control.h \
	module/departure.c module/departure.def module/departure.h \
	module/directories.c module/directories.h \
	module/directories_plan.c module/directories_plan.h \
	module/directives.def module/settings.c module/settings.h \
	module/engine.c module/engine.h \
	module/gateways.c module/gateways.h \
	module/hours.c module/hours.h \
	module/ledger.c module/ledger.h \
	module/manual.c module/manual.def module/manual.h \
	module/manual_read.c \
	module/measure.c module/measure.h \
	module/monitor.c module/monitor.h \
	module/ready.c module/ready.h \
	module/map.c module/map.h module/mapping.def \
	module/members.c module/members.h \
	module/members_missed.c module/members_private.h \
	module/decisions.c module/decisions.h \
	module/overlay.c module/overlay.def module/overlay.h \
	module/overlay_file.c module/overlay_private.h \
	module/pace.c module/pace.h \
	module/policy.c module/policy.h \
	module/cells.c module/cells.h module/print.c module/print.h \
	module/roster.c module/roster.h \
	module/roster_claims.c module/roster_explain.c module/roster_person.c module/roster_person.h \
	module/roster_manual.c module/roster_replies.c module/roster_show.c module/roster_trouble.c \
	module/rule.def module/rules.c module/rules.h \
	module/sqlite_file.c module/sqlite_file.h \
	module/store_memory.c module/store_memory.h \
	module/store_sqlite.c module/store_sqlite.h \
	module/admin_gateways.c module/admin_gateways.h \
	module/admin_status.c module/admin_status.h \
	module/admin_trouble.c module/admin_trouble.h \
	module/certs.c module/certs.h \
	module/trouble.c module/trouble.def module/trouble.h module/trouble_private.h module/trouble_trial.c \
	module/trouble_row.c module/trouble_row.h \
	module/trouble_system.c module/trouble_system.def module/trouble_system.h \
	module/trouble_user.c module/trouble_user.def module/trouble_user.h \
	module/troubles_about.c module/troubles_about.h \
	module/trouble_known.def module/trouble_verdict.def \
	module/troubles.c module/troubles.h module/troubles_private.h \
	module/troubles_show.c \
	module/usage.c module/usage.h \
	module/user.def module/users.c module/users.h
libmodule_la_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
libmodule_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOCALSTATEDIR='"$(localstatedir)"'
libmodule_la_LIBADD = $(SQLITE_LIBS)

# What both ends of the pipe to the engine's process are made of: no library,
# so that it may be loaded into other people's servers.
noinst_LTLIBRARIES += libpipe.la
libpipe_la_SOURCES = \
	base/alloc.c base/clock.c base/directive.c base/directive_near.c \
	base/err.c base/index.c \
	module/kamailio.def \
	module/kamailio_settings.c module/kamailio_settings.h \
	module/keep.c module/keep.h \
	module/pipe.c module/pipe.def module/pipe.h \
	module/seen.c module/seen.h \
	module/supervisor.c module/supervisor.h module/supervisor_private.h \
	module/supervisor_ask.c module/supervisor_spawn.c
libpipe_la_CFLAGS = $(AM_CFLAGS)

# The engine as a process of its own, for servers that it is not loaded into.
pkglibexec_PROGRAMS += daymark-engine
daymark_engine_SOURCES = module/engine_main.c \
	module/engine_process.c module/engine_process.h \
	module/watches.c module/watches.h \
	module/wire.c module/wire.h
daymark_engine_LDADD = libdaemon.la libmodule.la libsip.la libdirectory.la \
	libcalendar.la libpipe.la libbase.la -ldl

# The adapter has a licence of its own, see module/kamailio/COPYING.
EXTRA_DIST += module/kamailio/COPYING tools/kamailio \
	tools/kamailio-defs tools/kamailio-src
if HAVE_KAMAILIO
kamailiomodule_LTLIBRARIES = module/kamailio/daymark.la
endif
module_kamailio_daymark_la_SOURCES = module/kamailio/adapter.h \
	module/kamailio/daymark.c module/kamailio/rpc.c \
	module/kamailio/script.c module/kamailio/sign_out.c \
	module/kamailio/table.c module/kamailio/watchers.c
module_kamailio_daymark_la_CPPFLAGS = -include $(top_builddir)/kam_defs.h \
	-isystem $(KAMAILIO_SRC)/src -I$(top_srcdir) \
	-DMOD_NAME='"daymark"' \
	-DDAYMARK_ENGINE='"$(pkglibexecdir)/daymark-engine"'
module_kamailio_daymark_la_CFLAGS = $(SAN_CFLAGS) -std=gnu11 \
	-fno-strict-overflow -pthread \
	-Wall -Wextra -Wno-cast-function-type -Wstrict-prototypes
module_kamailio_daymark_la_LDFLAGS = -module -avoid-version -shared \
	-export-symbols-regex \
	'^(exports|module_version|module_flags|module_interface_ver)$$'
module_kamailio_daymark_la_LIBADD = libpipe.la

pkglib_LTLIBRARIES += daymark.la
daymark_la_SOURCES = module/module.c
daymark_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^module_api$$'
daymark_la_LIBADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la

# What daymarkd and daymarkctl are made of besides the rooms.
noinst_LTLIBRARIES += libdaemon.la
libdaemon_la_SOURCES = \
	module/config_file.c module/config_file.h \
	module/config_read.c module/config_read.h \
	module/daemon.def \
	module/process.c module/process.h
libdaemon_la_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBDIR='"$(pkglibdir)"'

sbin_PROGRAMS += daymarkd
daymarkd_SOURCES = module/daymarkd.c
daymarkd_CPPFLAGS = $(AM_CPPFLAGS) -DSYSCONFDIR='"$(sysconfdir)"'
daymarkd_LDADD = libdaemon.la libsip.la libcalendar.la libbase.la -ldl

bin_PROGRAMS += daymarkctl
daymarkctl_SOURCES = module/daymarkctl.c
daymarkctl_CPPFLAGS = $(AM_CPPFLAGS) -DRUNSTATEDIR='"$(runstatedir)"'
daymarkctl_LDADD = libsip.la libbase.la
