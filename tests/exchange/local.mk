# daymark-exchange, the Exchange simulator.
include tests/exchange/store.mk
