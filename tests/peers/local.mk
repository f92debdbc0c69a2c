# Tests against real servers and real clients.
check_PROGRAMS_PEERS = tests/dir_watch tests/peers/tls_host
EXTRA_PROGRAMS += tests/dir_watch tests/peers/tls_host tests/peers/lpself \
	tests/peers/lpwatch
CLEANFILES += $(check_PROGRAMS_PEERS)
tests_peers_tls_host_SOURCES = tests/peers/tls_host.c
tests_peers_tls_host_LDADD = libsip.la libbase.la

# Where liblinphone's headers are.
if HAVE_LINPHONE
check_PROGRAMS_PEERS += tests/peers/lpself tests/peers/lpwatch
endif
LP_KIT = tests/peers/lp_kit.c tests/peers/lp_kit.h
tests_peers_lpself_SOURCES = tests/peers/lpself.c $(LP_KIT)
tests_peers_lpself_CFLAGS = $(AM_CFLAGS)
tests_peers_lpself_LDADD = -llinphone -lbctoolbox
tests_peers_lpwatch_SOURCES = tests/peers/lpwatch.c $(LP_KIT)
tests_peers_lpwatch_CFLAGS = $(AM_CFLAGS)
tests_peers_lpwatch_LDADD = -llinphone -lbctoolbox

PEERS = \
	tests/peers/daymarkd_config \
	tests/peers/daymarkd_runs \
	tests/peers/kamailio_clients \
	tests/peers/kamailio_commands \
	tests/peers/kamailio_licence \
	tests/peers/kamailio_clean \
	tests/peers/kamailio_refuses \
	tests/peers/kamailio_serves \
	tests/peers/kamailio_survives \
	tests/peers/kamailio_watchers \
	tests/peers/bench_smoke \
	tests/peers/soak_smoke \
	tests/peers/acceptance_peers \
	tests/peers/autodiscover \
	tests/peers/claims_peers \
	tests/peers/sip-requests \
	tests/peers/sip-sipp \
	tests/peers/tls_peers \
	tests/peers/exchangelib_streams \
	tests/peers/exchangelib_peers \
	tests/peers/ews_replies \
	tests/peers/davmail_peers \
	tests/peers/directory-faults \
	tests/peers/directory-samba \
	tests/peers/directory-slapd \
	tests/peers/directory-two \
	tests/peers/evolution_peers \
	tests/peers/certs_change \
	tests/peers/gateways_change \
	tests/peers/oauth \
	tests/peers/exchange_load \
	tests/peers/exchange_ways \
	tests/peers/trouble_honest \
	tests/peers/trouble_matrix \
	tests/peers/trouble_users \
	tests/peers/trouble_wide \
	tests/peers/licence_clients \
	tests/peers/licence_peers \
	tests/peers/metrics_peers \
	tests/peers/licence_samba \
	tests/peers/licence_restarts \
	tests/peers/licence_words \
	tests/peers/watch_peers
EXTRA_DIST += \
	tests/peers/sipp/bad_event.xml \
	tests/peers/sipp/changed.xml \
	tests/peers/sipp/denied.xml \
	tests/peers/sipp/expiry.xml \
	tests/peers/sipp/extension.xml \
	tests/peers/sipp/fetch.xml \
	tests/peers/sipp/gone.xml \
	tests/peers/sipp/kamailio_refused.xml \
	tests/peers/sipp/kamailio_served.xml \
	tests/peers/sipp/nobody.xml \
	tests/peers/sipp/not_acceptable.xml \
	tests/peers/sipp/not_entitled.xml \
	tests/peers/sipp/options.xml \
	tests/peers/sipp/publish.xml \
	tests/peers/sipp/publish_brief.xml \
	tests/peers/sipp/publish_event.xml \
	tests/peers/sipp/publish_kind.xml \
	tests/peers/sipp/publish_other.xml \
	tests/peers/sipp/record_route.xml \
	tests/peers/sipp/register.xml \
	tests/peers/sipp/register_brief.xml \
	tests/peers/sipp/routed.xml \
	tests/peers/sipp/same_call.xml \
	tests/peers/sipp/slow_reader.xml \
	tests/peers/sipp/subscribe.xml \
	tests/peers/sipp/subscribe_brief.xml \
	tests/peers/sipp/subscribe_digest.xml \
	tests/peers/sipp/unknown_method.xml \
	tests/peers/sipp/unwell.xml \
	tests/peers/sipp/winfo.xml \
	tests/peers/sipp/winfo_other.xml \
	tests/peers/sipp/withdrawn.xml \
	tests/peers/sipp/wrong_password.xml
PEERS += \
	tests/peers/exchange_away \
	tests/peers/log_on \
	tests/peers/mass_moves \
	tests/peers/moves \
	tests/peers/stream_traps \
	tests/peers/two_gateways \
	tests/peers/ways
EXTRA_DIST += tests/peers/crowd.py tests/peers/ewswatch.py

EXTRA_DIST += $(PEERS) tests/peers/peerlib.py tests/peers/kamlib.py tests/peers/ldaplib.py tests/peers/sambalib.py tests/peers/departures.py tests/peers/licencelib.py tests/peers/simulator.py tests/peers/watchers.py

# Minutes, not seconds: not part of make check.
.PHONY: check-peers peer-programs
peer-programs: $(check_PROGRAMS_PEERS) tests/sip_host bench-programs
check-peers: all peer-programs
	@failed=0; for peer in $(PEERS); do \
		echo "$$peer:"; \
		DAYMARK_BUILD=$(abs_top_builddir) $(top_srcdir)/$$peer || \
			test $$? = 77 || failed=1; \
	done; exit $$failed

# Figures, each beside its goal: many minutes, and the machine for itself.
.PHONY: bench bench-programs
bench-programs: tests/bench/notify_load tests/bench/watch_load \
	tests/bench/publish_load tests/bench/swift_clock.la \
	tests/bench/loop_watch.la tests/exchange/daymark-exchange
bench: all bench-programs
	DAYMARK_BUILD=$(abs_top_builddir) $(top_srcdir)/tools/bench
EXTRA_DIST += tools/bench tests/bench/host.py tests/bench/figures.py \
	tests/bench/kamhost.py tests/bench/kamailio.cfg

# Hours of chance and faults; SOAK_HOURS, SOAK_USERS and more, see tools/soak.
.PHONY: soak
soak: all peer-programs
	mkdir -p bench
	DAYMARK_BUILD=$(abs_top_builddir) $(top_srcdir)/tools/soak
EXTRA_DIST += tools/soak tests/bench/oracle.py tests/bench/soak_story.py \
	tests/bench/soak_watchers.py
