# daymark-exchange, the Exchange simulator.
include tests/exchange/store.mk
include tests/exchange/serve.mk
