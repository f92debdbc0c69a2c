# The manual, and what of it comes from the tables.
dist_man_MANS += \
	docs/man/daymark-exchange.1 \
	docs/man/daymark.5 \
	docs/man/daymarkctl.1 \
	docs/man/daymark-engine.8 \
	docs/man/daymarkd.8

EXTRA_DIST += README.md NEWS COPYING docs/architecture.md docs/decisions docs/kamailio \
	docs/performance.md docs/daymark.alerts.yml docs/daymark.alerts.test.yml \
	docs/daymark.grafana.json \
	docs/directives.md docs/errors.md docs/metrics.md tools/docs

noinst_PROGRAMS += tools/print-docs
tools_print_docs_SOURCES = tools/print-docs.c

.PHONY: docs
docs: tools/print-docs
	$(srcdir)/tools/docs tools/print-docs

# Fails where a table was changed and the documents made from it were not.
dist_check_SCRIPTS += tests/check_docs tests/check_monitoring
