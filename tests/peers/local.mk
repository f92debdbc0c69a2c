# Tests against real servers and real clients.
check_PROGRAMS_PEERS = tests/peers/tls_host
EXTRA_PROGRAMS += tests/peers/tls_host tests/peers/lpwatch
CLEANFILES += $(check_PROGRAMS_PEERS)
tests_peers_tls_host_SOURCES = tests/peers/tls_host.c
tests_peers_tls_host_LDADD = libsip.la libbase.la

# Where liblinphone's headers are.
if HAVE_LINPHONE
check_PROGRAMS_PEERS += tests/peers/lpwatch
endif
tests_peers_lpwatch_SOURCES = tests/peers/lpwatch.c
tests_peers_lpwatch_CFLAGS = $(AM_CFLAGS)
tests_peers_lpwatch_LDADD = -llinphone -lbctoolbox

PEERS = \
	tests/peers/tls_peers \
	tests/peers/exchangelib_streams \
	tests/peers/exchangelib_peers \
	tests/peers/ews_replies \
	tests/peers/davmail_peers \
	tests/peers/watch_peers
EXTRA_DIST += $(PEERS) tests/peers/peerlib.py tests/peers/simulator.py tests/peers/watchers.py

# Minutes, not seconds: not part of make check.
.PHONY: check-peers peer-programs
peer-programs: $(check_PROGRAMS_PEERS) tests/sip_host
check-peers: all peer-programs
	@failed=0; for peer in $(PEERS); do \
		echo "$$peer:"; \
		DAYMARK_BUILD=$(abs_top_builddir) $(top_srcdir)/$$peer || \
			test $$? = 77 || failed=1; \
	done; exit $$failed
