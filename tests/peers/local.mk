# Tests against real servers and real clients.
check_PROGRAMS_PEERS = tests/peers/tls_host
EXTRA_PROGRAMS += $(check_PROGRAMS_PEERS)
CLEANFILES += $(check_PROGRAMS_PEERS)
tests_peers_tls_host_SOURCES = tests/peers/tls_host.c
tests_peers_tls_host_LDADD = libsip.la libbase.la

PEERS = tests/peers/tls_peers tests/peers/exchangelib_streams tests/peers/exchangelib_peers tests/peers/ews_replies
EXTRA_DIST += $(PEERS) tests/peers/peerlib.py tests/peers/simulator.py

# Minutes, not seconds: not part of make check.
.PHONY: check-peers peer-programs
peer-programs: $(check_PROGRAMS_PEERS)
check-peers: all $(check_PROGRAMS_PEERS)
	@failed=0; for peer in $(PEERS); do \
		echo "$$peer:"; \
		DAYMARK_BUILD=$(abs_top_builddir) $(top_srcdir)/$$peer || \
			test $$? = 77 || failed=1; \
	done; exit $$failed
