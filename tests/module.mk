# Tests of module/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_agenda \
	tests/check_config_read \
	tests/check_days \
	tests/check_decisions \
	tests/check_departure \
	tests/check_directories \
	tests/check_hours \
	tests/check_ledger \
	tests/check_manual \
	tests/check_map \
	tests/check_members \
	tests/check_overlay \
	tests/check_cells \
	tests/check_monitor \
	tests/check_pipe \
	tests/check_print \
	tests/check_rules \
	tests/check_seen \
	tests/check_store_memory \
	tests/check_store_sqlite \
	tests/check_settings \
	tests/check_supervisor \
	tests/check_table \
	tests/check_certs \
	tests/check_trouble \
	tests/check_trouble_system \
	tests/check_trouble_trial \
	tests/check_trouble_user \
	tests/check_users \
	tests/check_watches \
	tests/check_wire \
	tests/scenario
endif

tests_check_store_sqlite_SOURCES = tests/check_store_sqlite.c tests/suite.h
tests_check_store_sqlite_CFLAGS = $(CHECK_CFLAGS_ALL) $(SQLITE_CFLAGS)
tests_check_store_sqlite_LDADD = libmodule.la libdirectory.la libbase.la \
	$(SQLITE_LIBS) $(CHECK_LIBS)

tests_check_store_memory_SOURCES = tests/check_store_memory.c $(FAKE_LOOP) \
	tests/suite.h
tests_check_store_memory_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_store_memory_LDADD = libmodule.la libbase.la $(CHECK_LIBS)

tests_check_ledger_SOURCES = tests/check_ledger.c tests/suite.h
tests_check_ledger_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_ledger_LDADD = libmodule.la libdirectory.la libbase.la \
	$(SQLITE_LIBS) $(CHECK_LIBS)

tests_check_members_SOURCES = tests/check_members.c $(FAKE_LOOP) tests/suite.h
tests_check_members_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_members_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_decisions_SOURCES = tests/check_decisions.c $(FAKE_LOOP) \
	tests/suite.h
tests_check_decisions_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_decisions_LDADD = libmodule.la libdirectory.la libbase.la \
	$(CHECK_LIBS)

tests_check_departure_SOURCES = tests/check_departure.c $(FAKE_LOOP) \
	tests/suite.h
tests_check_departure_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_departure_LDADD = libmodule.la libsip.la libcalendar.la \
	libbase.la $(CHECK_LIBS)

tests_check_directories_SOURCES = tests/check_directories.c \
	tests/fake_directory.c tests/fake_directory.h $(FAKE_LOOP) \
	tests/suite.h
tests_check_directories_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_directories_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_agenda_SOURCES = tests/check_agenda.c $(FAKE_LOOP) tests/suite.h
tests_check_agenda_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_agenda_LDADD = libmodule.la libbase.la $(CHECK_LIBS)

tests_check_config_read_SOURCES = tests/check_config_read.c tests/suite.h
tests_check_config_read_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_config_read_LDADD = libdaemon.la libbase.la $(CHECK_LIBS)

tests_check_print_SOURCES = tests/check_print.c tests/suite.h
tests_check_print_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_print_LDADD = libmodule.la libbase.la $(CHECK_LIBS)

tests_check_overlay_SOURCES = tests/check_overlay.c tests/suite.h
tests_check_overlay_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_overlay_LDADD = libmodule.la libcalendar.la libbase.la $(CHECK_LIBS)

tests_check_pipe_SOURCES = tests/check_pipe.c tests/suite.h
tests_check_pipe_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_pipe_LDADD = libpipe.la $(CHECK_LIBS)

# The pipe's two ends, and what each keeps.
tests_check_wire_SOURCES = tests/check_wire.c module/wire.c $(FAKE_LOOP) \
	tests/suite.h
tests_check_wire_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_wire_LDADD = libpipe.la libbase.la $(CHECK_LIBS)

tests_check_watches_SOURCES = tests/check_watches.c module/watches.c \
	$(FAKE_LOOP) tests/suite.h
tests_check_watches_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_watches_LDADD = libsip.la libbase.la $(CHECK_LIBS)

tests_check_supervisor_SOURCES = tests/check_supervisor.c tests/suite.h
tests_check_supervisor_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_supervisor_LDADD = libpipe.la $(CHECK_LIBS)
EXTRA_tests_check_supervisor_DEPENDENCIES = tests/fake_engine
noinst_PROGRAMS += tests/fake_engine
tests_fake_engine_SOURCES = tests/fake_engine.c
tests_fake_engine_LDADD = libpipe.la

# The adapter's table, with what it takes from Kamailio made of plain C.
tests_check_table_SOURCES = tests/check_table.c module/kamailio/table.c \
	module/kamailio/adapter.h tests/kamailio/fake.h \
	tests/kamailio/core/dprint.h tests/kamailio/core/locking.h \
	tests/kamailio/core/rpc.h tests/kamailio/core/str.h \
	tests/kamailio/core/mem/shm_mem.h \
	tests/kamailio/core/parser/msg_parser.h tests/suite.h
tests_check_table_CPPFLAGS = -I$(top_srcdir)/tests/kamailio $(AM_CPPFLAGS)
tests_check_table_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_table_LDADD = $(CHECK_LIBS)

tests_check_seen_SOURCES = tests/check_seen.c tests/suite.h
tests_check_seen_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_seen_LDADD = libpipe.la $(CHECK_LIBS)

if FUZZING
noinst_PROGRAMS += \
	tests/fuzz_config_read \
	tests/fuzz_hours \
	tests/fuzz_manual \
	tests/fuzz_pipe \
	tests/fuzz_users
endif

tests_fuzz_config_read_SOURCES = tests/fuzz_config_read.c
tests_fuzz_config_read_LDADD = libdaemon.la libbase.la
tests_fuzz_config_read_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_map_SOURCES = tests/check_map.c tests/suite.h
tests_check_map_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_map_LDADD = libmodule.la libsip.la libcalendar.la libbase.la \
	$(CHECK_LIBS)

tests_check_manual_SOURCES = tests/check_manual.c $(FAKE_LOOP) tests/suite.h
tests_check_manual_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_manual_LDADD = libmodule.la libsip.la libbase.la $(CHECK_LIBS)

tests_fuzz_manual_SOURCES = tests/fuzz_manual.c
tests_fuzz_manual_LDADD = libmodule.la libsip.la libbase.la
tests_fuzz_manual_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_days_SOURCES = tests/check_days.c tests/suite.h
tests_check_days_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_days_LDADD = libmodule.la libsip.la libcalendar.la libbase.la \
	$(CHECK_LIBS)

tests_check_hours_SOURCES = tests/check_hours.c tests/suite.h
tests_check_hours_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_hours_LDADD = libmodule.la libbase.la $(CHECK_LIBS)

tests_check_rules_SOURCES = tests/check_rules.c tests/suite.h
tests_check_rules_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_rules_LDADD = libmodule.la libsip.la libcalendar.la libbase.la \
	$(CHECK_LIBS)

tests_check_users_SOURCES = tests/check_users.c tests/suite.h
tests_check_users_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_users_LDADD = libmodule.la libsip.la libcalendar.la libbase.la $(CHECK_LIBS)

tests_scenario_SOURCES = tests/scenario.c tests/fake_backend.c \
	tests/fake_backend.h tests/fake_directory.c \
	tests/fake_directory.h tests/scenario_licence.c \
	tests/scenario_licence.h tests/scenario_moves.c \
	tests/scenario_moves.h $(FAKE_LOOP) tests/suite.h
tests_scenario_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_scenario_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(CHECK_LIBS)
EXTRA_DIST += tests/scenarios

tests_fuzz_users_SOURCES = tests/fuzz_users.c
tests_fuzz_users_LDADD = libmodule.la libsip.la libcalendar.la libbase.la
tests_fuzz_users_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_pipe_SOURCES = tests/fuzz_pipe.c
tests_fuzz_pipe_LDADD = libpipe.la
tests_fuzz_pipe_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_check_settings_SOURCES = tests/check_settings.c tests/suite.h
tests_check_settings_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_settings_LDADD = libmodule.la libsip.la libcalendar.la libbase.la \
	$(CHECK_LIBS)

tests_check_certs_SOURCES = tests/check_certs.c $(MADE_CERTS) tests/suite.h
tests_check_certs_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_certs_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(SSL_LIBS) $(CHECK_LIBS)

tests_check_trouble_SOURCES = tests/check_trouble.c tests/suite.h tests/whole_gateway.h
tests_check_trouble_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_trouble_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(CHECK_LIBS)

tests_check_trouble_trial_SOURCES = tests/check_trouble_trial.c tests/suite.h tests/whole_gateway.h
tests_check_trouble_trial_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_trouble_trial_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(CHECK_LIBS)

tests_check_trouble_user_SOURCES = tests/check_trouble_user.c tests/suite.h
tests_check_trouble_user_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_trouble_user_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(CHECK_LIBS)

tests_check_trouble_system_SOURCES = tests/check_trouble_system.c tests/suite.h
tests_check_trouble_system_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_trouble_system_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(CHECK_LIBS)

tests_check_cells_SOURCES = tests/check_cells.c tests/suite.h
tests_check_cells_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_cells_LDADD = libmodule.la $(CHECK_LIBS)

tests_check_monitor_SOURCES = tests/check_monitor.c tests/suite.h
tests_check_monitor_CFLAGS = $(CHECK_CFLAGS_ALL)
tests_check_monitor_LDADD = libmodule.la libsip.la libdirectory.la \
	libcalendar.la libbase.la $(SQLITE_LIBS) $(CHECK_LIBS)

tests_fuzz_hours_SOURCES = tests/fuzz_hours.c
tests_fuzz_hours_LDADD = libmodule.la libbase.la
tests_fuzz_hours_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
